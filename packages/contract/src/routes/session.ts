import * as z from 'zod/mini'
import { Grant } from './grant.ts'
import { Token } from './token.ts'
import { route } from '../route.ts'
import { idSchema, named, Name, pageOf, pageQuery, Password, Timestamp, Title } from '../schema.ts'
import { Email, User } from './user.ts'

/** The code of a one-time link. */
export const OneTimeCode = z.string().check(z.regex(/^[A-Za-z]{2}_[A-Za-z0-9_-]{16,80}$/))

/** Whether a one-time link can be used. `over`: why it cannot, in words for who holds it; null: it can. */
export const OneTimeLink = named('OneTimeLink', z.strictObject({ over: z.nullable(z.string()) }))

/** A person has signed in: the cookie is set, and `csrf` goes along with each change as the header `lockstep-csrf`. */
export const SignedIn = named(
  'SignedIn',
  z.strictObject({ user: User, csrf: z.string(), expiresAt: Timestamp }),
)

export const Session = named(
  'Session',
  z.strictObject({
    id: idSchema('ses'),
    current: z.boolean(),
    createdAt: Timestamp,
    seenAt: Timestamp,
    expiresAt: Timestamp,
    address: z.string(),
    client: z.string(),
  }),
)

export const Me = named(
  'Me',
  z.strictObject({
    kind: z.enum(['user', 'service_account']),
    id: z.union([idSchema('usr'), idSchema('svc')]),
    name: Name,
    title: Title,
    email: z.nullable(z.string()),
    grants: z.array(Grant),
    groups: z.array(z.strictObject({ id: idSchema('grp'), name: Name })),
    /** The token that is used, null in a session. */
    token: z.nullable(Token),
    csrf: z.nullable(z.string()),
  }),
)

export const setUp = route({
  method: 'POST',
  path: '/v1/setup',
  summary: 'Make the first administrator',
  permission: 'public',
  object: 'self',
  body: { code: OneTimeCode, name: Name, email: Email, password: Password },
  response: SignedIn,
  status: 201,
  errors: ['setup_code_wrong', 'password_too_weak', 'sign_in_needs_https'],
  secretAnswer: true,
})

export const signIn = route({
  method: 'POST',
  path: '/v1/sessions',
  summary: 'Sign in with name and password',
  permission: 'public',
  object: 'self',
  body: { name: z.string().check(z.minLength(1), z.maxLength(254)), password: Password },
  response: SignedIn,
  status: 201,
  errors: ['sign_in_failed', 'sign_in_delayed', 'sign_in_needs_https'],
  secretAnswer: true,
})

export const acceptInvitation = route({
  method: 'POST',
  path: '/v1/invitations/acceptance',
  summary: 'Choose a password with a one-time link',
  permission: 'public',
  object: 'self',
  body: { code: OneTimeCode, password: Password },
  response: SignedIn,
  status: 201,
  errors: ['invitation_wrong', 'password_too_weak', 'sign_in_needs_https'],
  secretAnswer: true,
})

/** Asked in a body and not by an address: a code stands in no log. */
export const showOneTimeLink = route({
  method: 'POST',
  path: '/v1/one-time-links',
  summary: 'Say whether a one-time link can still be used, without using it',
  permission: 'public',
  object: 'self',
  body: { code: OneTimeCode },
  response: OneTimeLink,
  errors: [],
})

export const listSessions = route({
  method: 'GET',
  path: '/v1/sessions',
  summary: 'List my sessions',
  permission: 'signed_in',
  object: 'self',
  query: pageQuery,
  response: pageOf(Session),
  errors: ['person_required'],
  personOnly: true,
})

export const signOut = route({
  method: 'DELETE',
  path: '/v1/sessions/current',
  summary: 'Sign out',
  permission: 'signed_in',
  object: 'self',
  response: null,
  errors: ['person_required'],
  personOnly: true,
})

export const endSession = route({
  method: 'DELETE',
  path: '/v1/sessions/{session}',
  summary: 'End one of my sessions',
  permission: 'signed_in',
  object: 'self',
  params: { session: idSchema('ses') },
  response: null,
  errors: ['person_required'],
  personOnly: true,
})

export const showMe = route({
  method: 'GET',
  path: '/v1/me',
  summary: 'Show who I am and what I may do',
  permission: 'signed_in',
  object: 'self',
  response: Me,
  errors: [],
})

export const changePassword = route({
  method: 'PUT',
  path: '/v1/me/password',
  summary: 'Change my password',
  permission: 'signed_in',
  object: 'self',
  body: { current: Password, password: Password },
  response: SignedIn,
  errors: ['password_wrong', 'password_too_weak', 'sign_in_delayed', 'person_required'],
  personOnly: true,
})

export const sessionRoutes = {
  setUp,
  signIn,
  acceptInvitation,
  showOneTimeLink,
  listSessions,
  signOut,
  endSession,
  showMe,
  changePassword,
} as const
