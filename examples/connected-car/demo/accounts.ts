// Who takes part: accounts that are roles, groups, and what each may do in which project.

import { createClient, type Client } from '@lockstep/client'

/** A person of the demo: the groups they are in, their role in each project, and where they approve what gates ask of them. */
interface Account {
  readonly groups?: readonly string[]
  readonly roles: Readonly<Record<string, Role>>
  readonly approves?: readonly ProjectName[]
}
type Role = 'approver' | 'viewer' | 'developer' | 'operator' | 'project_owner'

export const PROJECTS = {
  embedded: 'Embedded software',
  backend: 'Data backend',
  mobile: 'Mobile app',
  'connected-car': 'Connected car',
} as const
export type ProjectName = keyof typeof PROJECTS

const READS_ALL_TEAMS = { embedded: 'viewer', backend: 'viewer', mobile: 'viewer' } as const

/** Developers edit and start; they do not approve what they have edited. */
const ACCOUNTS = {
  'embedded-developer': { roles: { embedded: 'project_owner', 'connected-car': 'viewer' } },
  'backend-developer': { roles: { backend: 'project_owner', 'connected-car': 'viewer' } },
  'mobile-developer': { roles: { mobile: 'project_owner', 'connected-car': 'viewer' } },
  'embedded-tester': { groups: ['embedded-qa'], roles: {}, approves: ['embedded'] },
  'backend-tester': { groups: ['backend-qa'], roles: {}, approves: ['backend'] },
  'mobile-tester': { roles: {}, approves: ['mobile'] },
  'embedded-lead': {
    groups: ['embedded-leads'],
    roles: { embedded: 'viewer' },
    approves: ['connected-car'],
  },
  'qa-lead': { groups: ['qa'], roles: READS_ALL_TEAMS, approves: ['connected-car'] },
  'release-manager': {
    groups: ['release-managers'],
    roles: { ...READS_ALL_TEAMS, 'connected-car': 'project_owner' },
    approves: ['connected-car'],
  },
  'release-manager-2': {
    groups: ['release-managers'],
    roles: { ...READS_ALL_TEAMS, 'connected-car': 'operator' },
    approves: ['connected-car'],
  },
} as const satisfies Readonly<Record<string, Account>>
export type AccountName = keyof typeof ACCOUNTS

const GROUPS = ['embedded-qa', 'backend-qa', 'qa', 'embedded-leads', 'release-managers'] as const

/** Everybody signed in, and the ids of the projects. */
export interface People {
  readonly admin: Client
  readonly as: Readonly<Record<AccountName, Client>>
  readonly projects: Readonly<Record<ProjectName, ProjectId>>
  /** Kept for `--keep` and `--interactive`: with which password each account signs in. */
  readonly password: string
}

/** Makes the first administrator with the one-time code, then projects, groups and people, and signs everybody in. */
export async function createPeople(
  server: string,
  code: string,
  password: string,
): Promise<People> {
  const admin = createClient({ server })
  await admin.setUp({ code, name: 'admin', email: 'admin@example.test', password })
  const projects = new Map<string, ProjectId>()
  for (const [name, title] of Object.entries(PROJECTS)) {
    projects.set(name, (await admin.createProject({ name, title })).id)
  }
  const groups = new Map<string, GroupId>()
  for (const name of GROUPS) {
    groups.set(name, (await admin.createGroup({ name, title: name.replaceAll('-', ' ') })).id)
  }
  const clients = new Map<string, Client>()
  for (const [name, account] of Object.entries(ACCOUNTS) as [string, Account][]) {
    clients.set(
      name,
      await createPerson({ admin, server, password, projects, groups }, name, account),
    )
  }
  return {
    admin,
    password,
    as: Object.fromEntries(clients) as Record<AccountName, Client>,
    projects: Object.fromEntries(projects) as Record<ProjectName, ProjectId>,
  }
}

export type ProjectId = Awaited<ReturnType<Client['createProject']>>['id']
type GroupId = Awaited<ReturnType<Client['createGroup']>>['id']

async function createPerson(
  context: {
    readonly admin: Client
    readonly server: string
    readonly password: string
    readonly projects: ReadonlyMap<string, ProjectId>
    readonly groups: ReadonlyMap<string, GroupId>
  },
  name: string,
  account: Account,
): Promise<Client> {
  const { admin, server, password } = context
  const title = name.replaceAll('-', ' ')
  const invitation = await admin.createUser({ name, title, email: `${name}@example.test` })
  for (const wanted of account.groups ?? []) {
    const group = context.groups.get(wanted)
    if (group !== undefined) await admin.addMember({ group, user: invitation.user.id })
  }
  const approves = (account.approves ?? []).map((project) => [project, 'approver'] as const)
  for (const [wanted, role] of [...Object.entries(account.roles), ...approves]) {
    const project = context.projects.get(wanted)
    if (project === undefined) continue
    await admin.grantOnProject({ project, subject: invitation.user.id, role })
  }
  const client = createClient({ server })
  await client.acceptInvitation({ code: invitation.code, password })
  return client
}
