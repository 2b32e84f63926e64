import type { Client } from '@lockstep/client'
import { findNearest } from '@lockstep/define/check'

import type { Context } from '../../command/context.ts'
import { UsageRefusal } from '../../command/failure.ts'
import type { Grant } from '../../documents.ts'
import { findServiceAccount } from '../service-account/find-service-account.ts'
import { findGroup, findUser } from '../user/find-user.ts'

type Role = Grant['role']
/** Complete by the compiler: a new role is missing here until it is named. */
const ROLES: Readonly<Record<Role, true>> = {
  viewer: true,
  developer: true,
  operator: true,
  approver: true,
  project_owner: true,
  auditor: true,
  security_admin: true,
  system_admin: true,
}

/** The role of this name; hyphens do for underscores. */
export function parseRole(text: string): Role {
  const word = text.replaceAll('-', '_')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are exactly the roles
  const roles = Object.keys(ROLES) as Role[]
  const found = roles.find((role) => role === word)
  if (found !== undefined) return found
  const nearest = findNearest(word, roles)
  throw new UsageRefusal(
    `"${text}" is no role.${nearest === undefined ? '' : ` Did you mean "${nearest}"?`}`,
    [`There is ${roles.join(', ')}.`],
  )
}

/** The person; with `group:` in front the group, with `account:` the service account of the project that is meant. */
export async function findSubject(
  context: Context,
  client: Client,
  text: string,
): Promise<Grant['subject']> {
  const [, kind, name = ''] = /^(group|account):(.+)$/.exec(text) ?? []
  if (kind === 'group') return (await findGroup(client, name)).id
  if (kind === 'account') return (await findServiceAccount(context, client, name)).id
  return (await findUser(client, text)).id
}
