// What a person, a token or a service account may be allowed to do. One closed list: routes, roles, tokens and screens derive from it.

/** Verbs on things. Reading is a permission like any other; `secret.use` is apart from writing one, and nobody reads one. */
export const PERMISSIONS = [
  'system.read', // health, nodes, backups, mail settings
  'system.configure',
  'backup.create',
  'user.read',
  'user.write',
  'group.read',
  'group.write',
  'grant.read',
  'grant.write',
  'token.read', // tokens of other people
  'token.revoke',
  'service_account.read',
  'service_account.write',
  'project.create',
  'project.read',
  'project.write',
  'definition.read',
  'definition.apply',
  'definition.delete',
  'release.read',
  'release.write', // collect, freeze, plan, roll back
  'plan.make',
  'run.read',
  'run.start',
  'run.control', // pause, resume, retry, restart, skip
  'run.cancel',
  'task.complete',
  'step.resolve',
  'log.read',
  'gate.read',
  'gate.approve', // also reject, withdraw and hold; never by a token
  'gate.retry',
  'gate.override', // break-glass
  'artifact.read',
  'artifact.upload',
  'artifact.delete',
  'snapshot.read',
  'snapshot.create',
  'test.read',
  'test.write', // results from outside, quarantine
  'environment.read',
  'environment.configure',
  'environment.lock',
  'environment.freeze',
  'inventory.read',
  'inventory.report',
  'fact.read',
  'fact.report',
  'fleet.read',
  'fleet.rollout',
  'fleet.halt',
  'device.write',
  'store.read',
  'agent.read',
  'agent.enrol',
  'agent.assign',
  'agent.drain',
  'agent.revoke',
  'trigger.read',
  'trigger.write',
  'secret.read', // names and ages, never a value
  'secret.use',
  'secret.write',
  'notification.read',
  'notification.write',
  'audit.read',
  'audit.export',
] as const

export type Permission = (typeof PERMISSIONS)[number]

/** What needs a person at a screen: a token never has these, whoever made it. */
export const NEVER_BY_TOKEN: readonly Permission[] = ['gate.approve', 'gate.override']
