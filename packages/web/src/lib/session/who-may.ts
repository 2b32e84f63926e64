// Who may do what, in words: what stands in place of an action that the reader may not do.

import { ROLE_PERMISSIONS, ROLE_SCOPES, ROLES, type Permission, type Role } from '@lockstep/domain'

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

/** "operators, owners of the project and administrators". For what belongs to no project, those who have the role on the whole system. */
export function whoMay(permission: Permission, where: 'project' | 'system' = 'project'): string {
  const names = ROLES.filter((role) => ROLE_PERMISSIONS[role].includes(permission)).flatMap(
    (role) => {
      if (where === 'project') return [NAMES[role]]
      const scopes = ROLE_SCOPES[role]
      if (!scopes.includes('system')) return []
      return [scopes.length > 1 ? `${NAMES[role]} of the whole system` : NAMES[role]]
    },
  )
  const last = names.at(-1)
  if (last === undefined) return 'nobody'
  return names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}
