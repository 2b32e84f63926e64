// How people and what they hold are shown on the wire.

import type * as z from 'zod/mini'
import type {
  Grant,
  Group,
  Project,
  ServiceAccount,
  Session,
  Token,
  User,
} from '@lockstep/contract'
import type { Instant } from '@lockstep/domain'
import type {
  GrantRecord,
  GroupRecord,
  ProjectRecord,
  ServiceAccountRecord,
  SessionRecord,
  TokenRecord,
  UserRecord,
} from '../ports/people.ts'

type View<Schema extends z.core.$ZodType> = z.output<Schema>

export function timestampOf(instant: Instant): string {
  return new Date(instant).toISOString()
}

function timestampOrNull(instant: Instant | null): string | null {
  return instant === null ? null : timestampOf(instant)
}

export function presentUser({
  id,
  name,
  title,
  email,
  disabled,
  invited,
  createdAt,
  version,
}: UserRecord): View<typeof User> {
  const until = invited?.until ?? null
  return {
    id,
    name,
    title,
    email,
    disabled,
    invited: invited && { until: until === null ? null : timestampOf(until) },
    createdAt: timestampOf(createdAt),
    version,
  }
}

export function presentGroup({
  id,
  name,
  title,
  members,
  createdAt,
  version,
}: GroupRecord): View<typeof Group> {
  return { id, name, title, members, createdAt: timestampOf(createdAt), version }
}

export function presentProject({
  id,
  name,
  title,
  createdAt,
  version,
}: ProjectRecord): View<typeof Project> {
  return { id, name, title, createdAt: timestampOf(createdAt), version }
}

export function presentServiceAccount(account: ServiceAccountRecord): View<typeof ServiceAccount> {
  const { id, name, title, project, owners, disabled, createdAt, version } = account
  return {
    id,
    name,
    title,
    project,
    owners: [...owners],
    disabled,
    createdAt: timestampOf(createdAt),
    version,
  }
}

export function presentGrant(grant: GrantRecord): View<typeof Grant> {
  const { id, subject, subjectName, role, state, project, environment, createdAt } = grant
  return {
    id,
    subject,
    subjectName,
    role,
    scope: scopeOf(grant),
    project,
    environment,
    createdAt: timestampOf(createdAt),
    state: state.status,
    givenBy: grant.givenBy,
    confirmedBy: grant.confirmedBy,
    from: timestampOrNull(grant.effectiveAt),
  }
}

function scopeOf({ project, environment }: GrantRecord): View<typeof Grant>['scope'] {
  if (environment !== null) return 'environment'
  return project === null ? 'system' : 'project'
}

export function presentSession(session: SessionRecord, current: string): View<typeof Session> {
  const { id, createdAt, seenAt, expiresAt, address, client } = session
  return {
    id,
    current: id === current,
    createdAt: timestampOf(createdAt),
    seenAt: timestampOf(seenAt),
    expiresAt: timestampOf(expiresAt),
    address,
    client,
  }
}

export function presentToken(token: TokenRecord): View<typeof Token> {
  const {
    id,
    name,
    owner,
    ownerName,
    permissions,
    project,
    environment,
    from,
    parent,
    createdAt,
    expiresAt,
    lastUsedAt,
    revokedAt,
  } = token
  return {
    id,
    name,
    owner,
    ownerName,
    permissions: [...permissions],
    project,
    environment,
    from: [...from],
    parent,
    createdAt: timestampOf(createdAt),
    expiresAt: timestampOf(expiresAt),
    lastUsedAt: timestampOrNull(lastUsedAt),
    revokedAt: timestampOrNull(revokedAt),
  }
}
