// Roles: named sets of permissions that are granted on the system, a project or an environment.

import { NEVER_BY_TOKEN, PERMISSIONS, type Permission } from './permission.ts'

export const ROLES = [
  'viewer',
  'developer',
  'operator',
  'approver',
  'project_owner',
  'auditor',
  'security_admin',
  'system_admin',
] as const

export type Role = (typeof ROLES)[number]

/** Where a role may be granted. */
export const SCOPES = ['system', 'project', 'environment'] as const
export type Scope = (typeof SCOPES)[number]

const VIEWER: readonly Permission[] = [
  'project.read',
  'definition.read',
  'release.read',
  'run.read',
  'log.read',
  'gate.read',
  'artifact.read',
  'snapshot.read',
  'test.read',
  'environment.read',
  'inventory.read',
  'fact.read',
  'fleet.read',
  'store.read',
  'agent.read',
  'trigger.read',
]

const DEVELOPER: readonly Permission[] = [
  ...VIEWER,
  'definition.apply',
  'plan.make',
  'run.start',
  'run.control',
  'run.cancel',
  'task.complete',
  'artifact.upload',
  'snapshot.create',
  'test.write',
  'fact.report',
  'secret.read',
]

const OPERATOR: readonly Permission[] = [
  ...VIEWER,
  'release.write',
  'plan.make',
  'run.start',
  'run.control',
  'run.cancel',
  'task.complete',
  'step.resolve',
  'gate.retry',
  'snapshot.create',
  'environment.lock',
  'environment.freeze',
  'inventory.report',
  'fact.report',
  'fleet.rollout',
  'fleet.halt',
  'device.write',
  'agent.drain',
  'secret.read',
  'secret.use',
]

const PROJECT_OWNER: readonly Permission[] = [
  ...new Set<Permission>([
    ...DEVELOPER,
    ...OPERATOR,
    'project.write',
    'definition.delete',
    'artifact.delete',
    'environment.configure',
    'agent.enrol',
    'agent.assign',
    'agent.revoke',
    'trigger.write',
    'secret.write',
    'notification.read',
    'notification.write',
    'user.read',
    'group.read',
    'grant.read',
    'grant.write',
    'service_account.read',
    'service_account.write',
    'audit.read',
  ]),
]

/** May change everything and approves nothing. */
const SYSTEM_ADMIN: readonly Permission[] = PERMISSIONS.filter(
  (permission) => permission !== 'gate.approve' && permission !== 'gate.override',
)

/** What each role may do. Only `approver` decides at gates; being an owner or administrator does not include it. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: VIEWER,
  developer: DEVELOPER,
  operator: OPERATOR,
  approver: [...VIEWER, 'gate.approve'],
  project_owner: PROJECT_OWNER,
  auditor: [
    ...VIEWER,
    'user.read',
    'group.read',
    'grant.read',
    'service_account.read',
    'token.read',
    'secret.read',
    'notification.read',
    'audit.read',
    'audit.export',
  ],
  security_admin: [
    'system.read',
    'user.read',
    'user.write',
    'group.read',
    'grant.read',
    'token.read',
    'token.revoke',
    'service_account.read',
    'agent.read',
    'agent.revoke',
    'gate.override',
    'audit.read',
    'audit.export',
  ],
  system_admin: SYSTEM_ADMIN,
}

/** On what each role may be granted. A role for the whole system cannot hide in a project. */
export const ROLE_SCOPES: Readonly<Record<Role, readonly Scope[]>> = {
  viewer: ['system', 'project', 'environment'],
  developer: ['system', 'project'],
  operator: ['system', 'project', 'environment'],
  approver: ['system', 'project', 'environment'],
  project_owner: ['project'],
  auditor: ['system', 'project'],
  security_admin: ['system'],
  system_admin: ['system'],
}

/** Whether holding this role lets a person make a gate pass: by a decision at it, or by overriding it. */
export function canPassGates(role: Role): boolean {
  return NEVER_BY_TOKEN.some((permission) => ROLE_PERMISSIONS[role].includes(permission))
}

/** Whether nobody holds this permission through a project: only roles for the whole system include it. */
export function isOfSystemOnly(permission: Permission): boolean {
  return ROLES.filter((role) => ROLE_PERMISSIONS[role].includes(permission)).every((role) =>
    ROLE_SCOPES[role].every((scope) => scope === 'system'),
  )
}

/** Whether somebody was given a role for making gates pass who never does: a service account acts by tokens alone. */
export function decidesInVain({
  subject,
  role,
}: {
  readonly subject: string
  readonly role: Role
}): boolean {
  return subject.startsWith('svc_') && canPassGates(role)
}
