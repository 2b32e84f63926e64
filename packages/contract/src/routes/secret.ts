// Secrets: a value goes in, never comes out.

import * as z from 'zod/mini'

import { route } from '../route.ts'
import { idSchema, Name, named, pageOf, pageQuery, Timestamp } from '../schema.ts'

export const SECRET_LENGTH_MIN = 6
/** What Linux takes as one variable, less a margin for its name. */
export const SECRET_LENGTH_MAX = 100_000

/** Text that a command can be given as a variable. Messages about it never repeat it. */
const SecretValue = z.string().check(
  z.minLength(SECRET_LENGTH_MIN, `shorter than ${SECRET_LENGTH_MIN} characters`),
  z.maxLength(SECRET_LENGTH_MAX, `longer than ${SECRET_LENGTH_MAX} characters`),
  z.refine((value) => !value.includes('\0'), 'has a NUL in it'),
)

export const Secret = named(
  'Secret',
  z.strictObject({
    id: idSchema('sec'),
    project: z.string(),
    /** Name of the environment that it is for; null: for the whole project. */
    environment: z.nullable(z.string()),
    name: Name,
    version: z.int(),
    /** `lost`: the key that it was sealed under is gone. */
    state: z.enum(['set', 'lost']),
    setBy: z.string(),
    setAt: Timestamp,
  }),
)

export const listSecrets = route({
  method: 'GET',
  path: '/v1/secrets',
  summary: 'List the names and ages of secrets; never a value',
  permission: 'secret.read',
  object: 'query.project',
  query: { ...pageQuery, project: idSchema('prj') },
  response: pageOf(Secret),
  errors: [],
})

export const createSecret = route({
  method: 'POST',
  path: '/v1/secrets',
  summary: 'Keep a secret of a project, or of one of its environments',
  permission: 'secret.write',
  object: 'body.project',
  body: {
    project: idSchema('prj'),
    environment: z.optional(idSchema('env')),
    name: Name,
    value: SecretValue,
  },
  secretBody: true,
  response: Secret,
  status: 201,
  errors: ['name_taken', 'too_many', 'secrets_unavailable'],
})

export const rotateSecret = route({
  method: 'PUT',
  path: '/v1/secrets/{secret}/value',
  summary: 'Give a secret another value',
  permission: 'secret.write',
  object: 'params.secret',
  params: { secret: idSchema('sec') },
  body: { value: SecretValue },
  secretBody: true,
  response: Secret,
  errors: ['secrets_unavailable'],
})

export const deleteSecret = route({
  method: 'DELETE',
  path: '/v1/secrets/{secret}',
  summary: 'Forget a secret',
  permission: 'secret.write',
  object: 'params.secret',
  params: { secret: idSchema('sec') },
  response: null,
  errors: [],
})

export const secretRoutes = { listSecrets, createSecret, rotateSecret, deleteSecret } as const
