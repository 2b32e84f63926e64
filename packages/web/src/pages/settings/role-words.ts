// Roles and where they are held, in words.

import type { Role } from '@lockstep/domain'

/** What each role is for. */
export const ROLE_WORDS: Readonly<Record<Role, { readonly name: string; readonly may: string }>> = {
  viewer: { name: 'Viewer', may: 'sees everything and changes nothing' },
  developer: { name: 'Developer', may: 'applies definitions, starts and steers runs' },
  operator: { name: 'Operator', may: 'starts and steers runs, holds and freezes environments' },
  approver: { name: 'Approver', may: 'decides at gates that ask them' },
  project_owner: {
    name: 'Project owner',
    may: 'all of a developer and operator, roles, secrets and agents; approves nothing',
  },
  auditor: { name: 'Auditor', may: 'reads everything and the audit trail' },
  security_admin: { name: 'Security administrator', may: 'people, tokens, evicting, break-glass' },
  system_admin: { name: 'Administrator', may: 'changes everything and approves nothing' },
}

interface Held {
  readonly role: Role
  readonly project: string | null
  readonly environment: string | null
}

/** "Operator of connected-car", "Administrator of everything". */
export function heldWords(
  { role, project, environment }: Held,
  names: ReadonlyMap<string, string>,
): string {
  const place =
    environment === null
      ? project === null
        ? 'everything'
        : (names.get(project) ?? project)
      : `${names.get(project ?? '') ?? project ?? ''}/${names.get(environment) ?? environment}`
  return `${ROLE_WORDS[role].name} of ${place}`
}
