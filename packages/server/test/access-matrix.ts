// Who may call what: the reviewed table. A route without a row fails the test, and so does every answer that differs from it.

/** Who calls. Everybody but the last two holds the role on a project of their own; the last two hold it on the system. */
export const CALLERS = [
  'anonymous',
  'nobody',
  'viewer',
  'developer',
  'operator',
  'approver',
  'project_owner',
  'auditor',
  'service_account', // a token of a developer of the project
  'security_admin',
  'system_admin',
] as const
export type CallerName = (typeof CALLERS)[number]

/**
 * One letter per caller, in that order, for a thing of their own project and for the same thing of another project:
 * `+` let in · `1` 401 signed out · `3` 403 forbidden · `4` 404 not to be seen.
 * A route without a project in it has one row.
 */
export type Row = readonly [own: string, foreign: string] | readonly [everywhere: string]

export const ACCESS: Readonly<Record<string, Row>> = {
  addMember: ['1333333333+'],
  applyDefinitions: ['143+33+3+4+', '1444444444+'],
  assignAgent: ['1333333333+'],
  changePassword: ['1++++++++++'],
  changeProject: ['143333+334+', '1444444444+'],
  changeServiceAccount: ['143333+334+', '1444444444+'],
  changeUser: ['133333333++'],
  createEnrolment: ['1333333333+'],
  createGroup: ['1333333333+'],
  createProject: ['1333333333+'],
  createServiceAccount: ['143333+334+', '1444444444+'],
  createServiceAccountToken: ['143333+334+', '1444444434+'],
  createToken: ['1++++++++++'],
  createUser: ['133333333++'],
  describeApi: ['1++++++++++'],
  drainAgent: ['1333333333+'],
  endSession: ['14444444344'],
  followEvents: ['14+++++++4+', '1444444444+'],
  grantOnProject: ['143333+334+', '1444444444+'],
  grantOnSystem: ['1333333333+'],
  inviteUser: ['133333333++'],
  listAgents: ['1++++++++++'],
  listDefinitions: ['1++++++++++', '1++++++++++'],
  listEnvironments: ['1++++++++++', '1++++++++++'],
  listGrants: ['143333++3++', '144444444++'],
  listGroups: ['133333++3++'],
  listMembers: ['133333++3++'],
  listProjects: ['1++++++++++'],
  listRevisions: ['14+++++++4+', '1444444444+'],
  listServiceAccountTokens: ['143333++3++', '144444444++'],
  listServiceAccounts: ['143333++3++', '144444444++'],
  listSessions: ['1+++++++3++'],
  listSystemGrants: ['133333333++'],
  listTokens: ['1++++++++++'],
  listUserTokens: ['133333333++'],
  listUsers: ['133333++3++'],
  lockEnvironment: ['1433+3+334+', '1444444444+'],
  removeMember: ['1333333333+'],
  reportFact: ['143++3+3+4+', '1444444444+'],
  reportInventory: ['1433+3+334+', '1444444444+'],
  restoreRevision: ['143+33+3+4+', '1444444444+'],
  revokeAgent: ['133333333++'],
  revokeGrant: ['143333+334+', '1444444444+'],
  revokeServiceAccountToken: ['143333+334+', '1444444444+'],
  revokeToken: ['14444444444'],
  revokeUserToken: ['133333333++'],
  showDefinition: ['14+++++++4+', '1444444444+'],
  showEnvironment: ['14+++++++4+', '1444444444+'],
  showGroup: ['133333++3++'],
  showInventory: ['1++++++++++', '1++++++++++'],
  showKnown: ['14+++++++4+', '1444444444+'],
  showMe: ['1++++++++++'],
  showProject: ['14+++++++4+', '1444444444+'],
  showUser: ['133333++3++'],
  signOut: ['1++++++++++'],
  unassignAgent: ['1333333333+'],
  unlockEnvironment: ['1433+3+334+', '1444444444+'],
}
