// What a token may: sets of permissions that people choose from, cut to what they may themselves.

import {
  NEVER_BY_TOKEN,
  PERMISSIONS,
  ROLE_PERMISSIONS,
  type Permission,
  type Role,
} from '@lockstep/domain'

export const TOKEN_USES = ['read', 'build', 'all', 'chosen'] as const
export type TokenUse = (typeof TOKEN_USES)[number]

export const TOKEN_USE_WORDS: Readonly<Record<TokenUse, string>> = {
  read: 'Read everything that I may read',
  build: 'A build server: upload, snapshot, start and watch runs',
  all: 'Everything that I may do without a person at a screen',
  chosen: 'Permissions that I choose',
}

const BUILD: readonly Permission[] = [
  'project.read',
  'definition.read',
  'release.read',
  'plan.make',
  'run.read',
  'run.start',
  'log.read',
  'gate.read',
  'artifact.read',
  'artifact.upload',
  'snapshot.read',
  'snapshot.create',
  'test.read',
  'test.write',
  'fact.report',
]

/** What somebody with these roles may give to a token, in the order of all permissions. */
export function grantable(roles: readonly Role[]): readonly Permission[] {
  const own = new Set(roles.flatMap((role) => ROLE_PERMISSIONS[role]))
  return PERMISSIONS.filter((one) => own.has(one) && !NEVER_BY_TOKEN.includes(one))
}

/** The permissions of a use, as far as they can be given. */
export function permissionsFor(
  use: TokenUse,
  may: readonly Permission[],
  chosen: ReadonlySet<Permission>,
): readonly Permission[] {
  switch (use) {
    case 'read':
      return may.filter((one) => one.endsWith('.read'))
    case 'build':
      return may.filter((one) => BUILD.includes(one))
    case 'all':
      return may
    case 'chosen':
      return may.filter((one) => chosen.has(one))
  }
}
