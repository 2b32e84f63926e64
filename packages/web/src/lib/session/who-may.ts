// Who may do what, in words: what stands in place of an action that the reader may not do.

import { ROLE_PERMISSIONS, ROLES, type Permission, type Role } from '@lockstep/domain'

const NAMES: Readonly<Record<Role, string>> = {
  viewer: 'viewers',
  developer: 'developers',
  operator: 'operators',
  approver: 'approvers',
  project_owner: 'owners of the project',
  auditor: 'auditors',
  security_admin: 'security administrators',
  system_admin: 'administrators',
}

/** "operators, owners of the project and administrators". */
export function whoMay(permission: Permission): string {
  const names = ROLES.filter((role) => ROLE_PERMISSIONS[role].includes(permission)).map(
    (role) => NAMES[role],
  )
  const last = names.at(-1)
  if (last === undefined) return 'nobody'
  return names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}
