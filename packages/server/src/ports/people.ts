// People, what they hold and what they may, as use cases see them. All of it plain rows in one transaction.

import type {
  EnvironmentId,
  Grant,
  GrantId,
  GrantState,
  GroupId,
  Instant,
  MailChoice,
  Permission,
  Place,
  ProjectId,
  Role,
  ServiceAccountId,
  SessionId,
  TokenId,
  UserId,
  WaitingGrant,
} from '@lockstep/domain'

export interface UserRecord {
  readonly id: UserId
  readonly name: string
  readonly title: string
  readonly email: string
  readonly disabled: boolean
  /** Until a password is chosen: when the link for it ends; null in it: none works any more. */
  readonly invited: { readonly until: Instant | null } | null
  readonly createdAt: Instant
  readonly version: number
}

export interface GroupRecord {
  readonly id: GroupId
  readonly name: string
  readonly title: string
  readonly members: number
  readonly createdAt: Instant
  readonly version: number
}

export interface ServiceAccountRecord {
  readonly id: ServiceAccountId
  readonly name: string
  readonly title: string
  readonly project: ProjectId | null
  readonly owners: readonly UserId[]
  readonly disabled: boolean
  readonly createdAt: Instant
  readonly version: number
}

export interface ProjectRecord {
  readonly id: ProjectId
  /** Leads the keys of the hot tables. */
  readonly number: number
  readonly name: string
  readonly title: string
  readonly createdAt: Instant
  readonly version: number
}

export type Subject = UserId | GroupId | ServiceAccountId

export interface GrantRecord {
  readonly id: GrantId
  readonly subject: Subject
  readonly subjectName: string
  readonly role: Role
  readonly state: GrantState
  readonly project: ProjectId | null
  readonly environment: EnvironmentId | null
  readonly createdAt: Instant
  /** Who gave it to themselves, or answers for the token that gave it, and who confirmed it: kept when it counts. */
  readonly givenBy: UserId | null
  readonly confirmedBy: UserId | null
  /** From when it counts; null until it is confirmed. */
  readonly effectiveAt: Instant | null
}

export interface SessionRecord {
  readonly id: SessionId
  readonly user: UserId
  readonly createdAt: Instant
  readonly seenAt: Instant
  readonly expiresAt: Instant
  readonly address: string
  readonly client: string
}

export interface TokenRecord {
  readonly id: TokenId
  readonly name: string
  readonly owner: UserId | ServiceAccountId
  readonly ownerName: string
  readonly permissions: readonly Permission[]
  readonly project: ProjectId | null
  readonly environment: EnvironmentId | null
  /** Addresses and ranges from which it works; none: from anywhere. */
  readonly from: readonly string[]
  readonly parent: TokenId | null
  readonly createdAt: Instant
  readonly expiresAt: Instant
  readonly lastUsedAt: Instant | null
  readonly revokedAt: Instant | null
}

/** One page of rows, in the order of their ids. `after` is the last id of the page before. */
export interface Slice {
  readonly limit: number
  readonly after: string | undefined
}

export interface UserStore {
  count(): Promise<number>
  find(id: UserId): Promise<UserRecord | undefined>
  findByLogin(
    nameOrEmail: string,
  ): Promise<(UserRecord & { readonly password: string | null }) | undefined>
  list(slice: Slice, filter: { readonly name?: string | undefined }): Promise<readonly UserRecord[]>
  /** The mails that a person does without. */
  mailsOff(id: UserId): Promise<readonly MailChoice[]>
  switchMailsOff(id: UserId, choices: readonly MailChoice[]): Promise<void>
  /** Answers which unique field is taken instead of making a second one. */
  insert(user: {
    id: UserId
    name: string
    title: string
    email: string
    password: string | null
  }): Promise<'name_taken' | 'email_taken' | undefined>
  /** undefined: not at this version any more. */
  update(
    id: UserId,
    version: number,
    change: {
      title?: string | undefined
      email?: string | undefined
      disabled?: boolean | undefined
    },
  ): Promise<UserRecord | 'email_taken' | undefined>
  passwordOf(id: UserId): Promise<string | null | undefined>
  setPassword(id: UserId, password: string): Promise<void>
  /** From now on they decide at no gate for so long. */
  holdDecisions(id: UserId, lengthMs: number): Promise<void>
  /** Whether their decisions are held off now. */
  hasNewPassword(id: UserId): Promise<boolean>
  /** How many people who are not disabled would administer the system if this person, or this grant, were not there. */
  administratorsWithout(gone: {
    readonly user?: UserId
    readonly grant?: GrantId
    readonly member?: { readonly group: GroupId; readonly user: UserId }
  }): Promise<number>
}

export interface GroupStore {
  find(id: GroupId): Promise<GroupRecord | undefined>
  list(
    slice: Slice,
    filter: { readonly name?: string | undefined },
  ): Promise<readonly GroupRecord[]>
  insert(group: { id: GroupId; name: string; title: string }): Promise<'name_taken' | undefined>
  members(id: GroupId, slice: Slice): Promise<readonly UserRecord[]>
  /** False when nothing changed. */
  addMember(id: GroupId, user: UserId): Promise<boolean>
  removeMember(id: GroupId, user: UserId): Promise<boolean>
  groupsOf(user: UserId): Promise<readonly { readonly id: GroupId; readonly name: string }[]>
}

export interface ServiceAccountStore {
  find(id: ServiceAccountId): Promise<ServiceAccountRecord | undefined>
  list(
    slice: Slice,
    within: { readonly projects: readonly ProjectId[] | 'all' },
  ): Promise<readonly ServiceAccountRecord[]>
  insert(account: {
    id: ServiceAccountId
    name: string
    title: string
    project: ProjectId | null
    owners: readonly UserId[]
  }): Promise<'name_taken' | undefined>
  update(
    id: ServiceAccountId,
    version: number,
    change: {
      title?: string | undefined
      owners?: readonly UserId[] | undefined
      disabled?: boolean | undefined
    },
  ): Promise<ServiceAccountRecord | undefined>
}

export interface ProjectStore {
  find(id: ProjectId): Promise<ProjectRecord | undefined>
  list(
    slice: Slice,
    filter: { readonly name?: string | undefined; readonly projects: readonly ProjectId[] | 'all' },
  ): Promise<readonly ProjectRecord[]>
  insert(project: { id: ProjectId; name: string; title: string }): Promise<'name_taken' | undefined>
  update(id: ProjectId, version: number, title: string): Promise<ProjectRecord | undefined>
}

export interface GrantStore {
  find(id: GrantId): Promise<GrantRecord | undefined>
  /** null: those on the whole system. */
  list(slice: Slice, project: ProjectId | null): Promise<readonly GrantRecord[]>
  insert(grant: {
    id: GrantId
    subject: Subject
    role: Role
    project: ProjectId | null
    environment: EnvironmentId | null
    state: Exclude<GrantState, { status: 'confirmed' }>
  }): Promise<'already_granted' | 'unknown_reference' | undefined>
  /** False when it does not wait for that any more. */
  confirm(id: GrantId, state: Extract<GrantState, { status: 'confirmed' }>): Promise<boolean>
  remove(id: GrantId): Promise<void>
  /** The database's clock. */
  now(): Promise<Instant>
  /** With names and ids: what counts for a person or service account now, through groups too. */
  heldBy(owner: UserId | ServiceAccountId): Promise<readonly GrantRecord[]>
  /** The roles of this subject itself, wherever they are, and also those that do not count yet. */
  rolesOf(subject: Subject): Promise<readonly Role[]>
  /** The people whom a change of a grant to this subject touches. */
  peopleOf(subject: Subject): Promise<readonly UserId[]>
}

export interface SessionStore {
  insert(session: {
    id: SessionId
    user: UserId
    secretHash: Buffer
    address: string
    client: string
    lifeMs: number
  }): Promise<SessionRecord>
  list(user: UserId, slice: Slice): Promise<readonly SessionRecord[]>
  /** False when this person has no such session. */
  end(user: UserId, session: SessionId): Promise<boolean>
  /** Ends all sessions of these people, and says how many there were. */
  endAll(users: readonly UserId[]): Promise<number>
  rememberDevice(user: UserId, secretHash: Buffer): Promise<void>
  isKnownDevice(user: UserId, secretHash: Buffer): Promise<boolean>
}

export interface TokenStore {
  find(id: TokenId): Promise<TokenRecord | undefined>
  list(owner: UserId | ServiceAccountId, slice: Slice): Promise<readonly TokenRecord[]>
  /** Tokens that are neither expired nor revoked. */
  countLive(owner: UserId | ServiceAccountId): Promise<number>
  insert(token: {
    id: TokenId
    name: string
    owner: UserId | ServiceAccountId
    secretHash: Buffer
    permissions: readonly Permission[]
    project: ProjectId | null
    environment: EnvironmentId | null
    from: readonly string[]
    parent: TokenId | null
    lifeMs: number
    /** Never later than this, whatever `lifeMs` says. */
    atMost: Instant | null
  }): Promise<TokenRecord>
  /** Revokes it and all that were made with it. False when the owner has no such token. */
  revoke(owner: UserId | ServiceAccountId, token: TokenId): Promise<boolean>
}

export interface CodeStore {
  insert(code: {
    secretHash: Buffer
    purpose: 'setup' | 'invitation'
    user: UserId | null
    lifeMs: number
  }): Promise<Instant>
  /** Whose the code is, while it can be used; undefined when it is unknown, expired or used. */
  findUsable(
    secretHash: Buffer,
    purpose: 'setup' | 'invitation',
  ): Promise<{ readonly user: UserId | null } | undefined>
  /** Uses the code up, while it can be used. Two at once: one gets it. */
  use(
    secretHash: Buffer,
    purpose: 'setup' | 'invitation',
  ): Promise<{ readonly user: UserId | null } | undefined>
  /** Keeps with a used code whom it has made. */
  nameUser(secretHash: Buffer, user: UserId): Promise<void>
  /** When a code was used, and by whom; undefined: it was not. */
  findUse(
    secretHash: Buffer,
  ): Promise<{ readonly at: Instant; readonly user: UserId | null } | undefined>
  /** Makes unused codes unusable: all for the first administrator, or those of one person. */
  withdraw(of: 'setup' | UserId): Promise<void>
}

/** Counters of wrong passwords, by subject (`account:usr_…`, `device:…`, `address:…`). */
export interface FailureStore {
  /** Milliseconds until the next try of any of these subjects is looked at; 0 when now. */
  waitMs(subjects: readonly string[]): Promise<number>
  count(subjects: readonly string[]): Promise<void>
  forget(subjects: readonly string[]): Promise<void>
}

/** All stores on one transaction. */
export interface People {
  readonly users: UserStore
  readonly groups: GroupStore
  readonly serviceAccounts: ServiceAccountStore
  readonly projects: ProjectStore
  readonly grants: GrantStore
  readonly sessions: SessionStore
  readonly tokens: TokenStore
  readonly codes: CodeStore
  readonly failures: FailureStore
}

/** What was found for a credential: who it is, what they hold now, and the limits of the token. */
export interface FoundPerson {
  readonly user: UserId
  readonly name: string
  readonly session: SessionId
  readonly grants: readonly Grant[]
  /** Roles that do not count yet. */
  readonly waiting: readonly WaitingGrant[]
}

export interface FoundToken {
  readonly token: TokenId
  readonly owner: UserId | ServiceAccountId
  readonly ownerName: string
  readonly grants: readonly Grant[]
  readonly permissions: readonly Permission[]
  readonly project: ProjectId | null
  readonly environment: EnvironmentId | null
  readonly from: readonly string[]
  readonly expiresAt: Instant
}

/** Looks up who presents a credential. Only what is valid at this moment is found. */
export interface Credentials {
  bySession(secretHash: Buffer): Promise<FoundPerson | undefined>
  /** `not_from_here`: the token is good, but not from this address; that it was used is not noted then. */
  byToken(
    token: TokenId,
    secretHash: Buffer,
    address: string,
  ): Promise<FoundToken | 'not_from_here' | undefined>
}

/** Where a thing lives, by its id; undefined when there is none. The door by which every id of a request goes. */
export type PlaceOf = (id: string) => Promise<Place | undefined>
