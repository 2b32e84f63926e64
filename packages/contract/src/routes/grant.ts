import * as z from 'zod/mini'
import { GRANT_STATUSES, ROLES, SCOPES, WAITING_CAUSES } from '@lockstep/domain'
import { route } from '../route.ts'
import { idSchema, named, Name, pageOf, pageQuery, Timestamp } from '../schema.ts'

/** Who may hold a role. */
export const SubjectId = z.union([idSchema('usr'), idSchema('grp'), idSchema('svc')])

export const Grant = named(
  'Grant',
  z.strictObject({
    id: idSchema('gra'),
    subject: SubjectId,
    subjectName: Name,
    role: z.enum(ROLES),
    scope: z.enum(SCOPES),
    project: z.nullable(idSchema('prj')),
    environment: z.nullable(idSchema('env')),
    createdAt: Timestamp,
    /** A role with which its own giver would decide at gates, or that a token gives, counts only after somebody else confirmed it, and an hour more. */
    state: z.enum(GRANT_STATUSES),
    /** Who gave it to themselves, or answers for the token that gave it; null when another one gave it. */
    givenBy: z.nullable(idSchema('usr')),
    confirmedBy: z.nullable(idSchema('usr')),
    /** From when it counts; null until it is confirmed. */
    from: z.nullable(Timestamp),
  }),
)

export const GrantChanged = named(
  'GrantChanged',
  z.extend(Grant, {
    /** Whose rights change signs in again: so many sessions have ended. */
    endedSessions: z.int().check(z.minimum(0)),
    /** Why it waits for somebody else; null: it does not. */
    because: z.nullable(z.enum(WAITING_CAUSES)),
  }),
)

export const listSystemGrants = route({
  method: 'GET',
  path: '/v1/grants',
  summary: 'List the roles that are granted on the whole system',
  permission: 'grant.read',
  object: 'system',
  query: pageQuery,
  response: pageOf(Grant),
  errors: [],
})

export const grantOnSystem = route({
  method: 'POST',
  path: '/v1/grants',
  summary: 'Grant a role on the whole system',
  permission: 'grant.write',
  object: 'system',
  body: { subject: SubjectId, role: z.enum(ROLES) },
  response: GrantChanged,
  status: 201,
  errors: ['role_not_for_this', 'already_granted'],
})

export const listGrants = route({
  method: 'GET',
  path: '/v1/projects/{project}/grants',
  summary: 'List the roles that are granted on a project and its environments',
  permission: 'grant.read',
  object: 'params.project',
  params: { project: idSchema('prj') },
  query: pageQuery,
  response: pageOf(Grant),
  errors: [],
})

export const grantOnProject = route({
  method: 'POST',
  path: '/v1/projects/{project}/grants',
  summary: 'Grant a role on a project, or on one of its environments',
  permission: 'grant.write',
  object: 'params.project',
  params: { project: idSchema('prj') },
  body: {
    subject: SubjectId,
    role: z.enum(ROLES),
    environment: z.optional(z.nullable(idSchema('env'))),
  },
  response: GrantChanged,
  status: 201,
  errors: ['role_not_for_this', 'already_granted'],
})

export const confirmGrant = route({
  method: 'POST',
  path: '/v1/grants/{grant}/confirmation',
  summary: 'Confirm a role that somebody gave to themselves; it counts an hour later',
  permission: 'grant.write',
  object: 'params.grant',
  params: { grant: idSchema('gra') },
  response: GrantChanged,
  errors: ['wrong_state', 'cannot_change_yourself', 'person_required', 'password_new'],
  personOnly: true,
})

export const revokeGrant = route({
  method: 'DELETE',
  path: '/v1/grants/{grant}',
  summary: 'Take a role back',
  permission: 'grant.write',
  object: 'params.grant',
  params: { grant: idSchema('gra') },
  response: named(
    'GrantRevoked',
    z.strictObject({
      /** Whose rights change signs in again: so many sessions have ended. */
      endedSessions: z.int().check(z.minimum(0)),
    }),
  ),
  errors: ['last_administrator'],
})

export const grantRoutes = {
  listSystemGrants,
  grantOnSystem,
  listGrants,
  grantOnProject,
  confirmGrant,
  revokeGrant,
} as const
