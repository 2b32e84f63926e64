import * as z from 'zod/mini'
import { route } from '../route.ts'
import {
  idSchema,
  named,
  Name,
  NewTitle,
  pageOf,
  pageQuery,
  Timestamp,
  Title,
  Version,
} from '../schema.ts'

/** One address of plain ASCII, so that what looks the same is the same. */
export const Email = z
  .string()
  .check(
    z.maxLength(254),
    z.regex(
      /^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/,
      'use an address such as qa-lead@example.test',
    ),
  )

export const User = named(
  'User',
  z.strictObject({
    id: idSchema('usr'),
    name: Name,
    title: Title,
    email: z.string(),
    disabled: z.boolean(),
    /** They have not chosen a password yet, by a link that works until then; null in it: no link works any more. Null: they have one. */
    invited: z.nullable(z.strictObject({ until: z.nullable(Timestamp) })),
    createdAt: Timestamp,
    version: Version,
  }),
)

/** A link that works once: `link` is for a person, `code` is what it carries. Shown here and never again. */
export const Invitation = named(
  'Invitation',
  z.strictObject({ user: User, code: z.string(), link: z.string(), expiresAt: Timestamp }),
)

export const listUsers = route({
  method: 'GET',
  path: '/v1/users',
  summary: 'List people',
  permission: 'user.read',
  object: 'reach',
  query: { ...pageQuery, name: z.optional(Name) },
  response: pageOf(User),
  errors: [],
})

export const showUser = route({
  method: 'GET',
  path: '/v1/users/{user}',
  summary: 'Show a person',
  permission: 'user.read',
  object: 'reach',
  params: { user: idSchema('usr') },
  response: User,
  errors: [],
})

export const createUser = route({
  method: 'POST',
  path: '/v1/users',
  summary: 'Make a user and a link with which they choose their password',
  permission: 'user.write',
  object: 'system',
  body: { name: Name, title: NewTitle, email: Email },
  response: Invitation,
  status: 201,
  errors: ['name_taken', 'email_taken'],
  secretAnswer: true,
})

export const inviteUser = route({
  method: 'POST',
  path: '/v1/users/{user}/invitation',
  summary: 'Make a new link with which a person chooses a password',
  permission: 'user.write',
  object: 'params.user',
  params: { user: idSchema('usr') },
  response: Invitation,
  status: 201,
  errors: ['wrong_state', 'cannot_change_yourself', 'person_required'],
  secretAnswer: true,
})

export const changeUser = route({
  method: 'PATCH',
  path: '/v1/users/{user}',
  summary: 'Change, disable or enable a person',
  permission: 'user.write',
  object: 'params.user',
  params: { user: idSchema('usr') },
  body: {
    title: z.optional(NewTitle),
    email: z.optional(Email),
    disabled: z.optional(z.boolean()),
  },
  response: User,
  errors: ['email_taken', 'last_administrator', 'cannot_change_yourself', 'person_required'],
})

export const userRoutes = { listUsers, showUser, createUser, inviteUser, changeUser } as const
