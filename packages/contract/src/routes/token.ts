import * as z from 'zod/mini'
import { isSourceRange, PERMISSIONS, SOURCE_RANGES_MAX } from '@lockstep/domain'
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
  withDefault,
} from '../schema.ts'

/** A token lives 90 days unless its maker says otherwise, and a year at most. */
export const TOKEN_DAYS_DEFAULT = 90
export const TOKEN_DAYS_MAX = 365

const SourceRange = z
  .string()
  .check(
    z.maxLength(60),
    z.refine(
      isSourceRange,
      'use an address or a range, such as 10.0.0.0/8 or 2001:db8::/32, written by its first address',
    ),
  )

export const Token = named(
  'Token',
  z.strictObject({
    id: idSchema('tok'),
    name: Title,
    owner: z.union([idSchema('usr'), idSchema('svc')]),
    ownerName: Name,
    permissions: z.array(z.enum(PERMISSIONS)),
    /** null: wherever its owner may. */
    project: z.nullable(idSchema('prj')),
    /** An environment of the project, and nothing else of it. */
    environment: z.nullable(idSchema('env')),
    /** Addresses and ranges from which it works; none: from anywhere. */
    from: z.array(z.string()),
    parent: z.nullable(idSchema('tok')),
    createdAt: Timestamp,
    expiresAt: Timestamp,
    lastUsedAt: z.nullable(Timestamp),
    revokedAt: z.nullable(Timestamp),
  }),
)

/** `secret` is shown here and never again. */
export const TokenMade = named('TokenMade', z.strictObject({ token: Token, secret: z.string() }))

/** What whoever makes a token says about it. */
export const tokenLimits = {
  name: NewTitle,
  /** At most these; never more than the owner may, and nothing that needs a person. */
  permissions: z.array(z.enum(PERMISSIONS)).check(z.minLength(1), z.maxLength(PERMISSIONS.length)),
  project: z.optional(z.nullable(idSchema('prj'))),
  /** Only what is of this environment; its project may be left out. */
  environment: z.optional(z.nullable(idSchema('env'))),
  /** Works from these addresses and ranges only; from anywhere without any. */
  from: withDefault(z.array(SourceRange).check(z.maxLength(SOURCE_RANGES_MAX)), []),
  days: withDefault(z.int().check(z.minimum(1), z.maximum(TOKEN_DAYS_MAX)), TOKEN_DAYS_DEFAULT),
}

export const listTokens = route({
  method: 'GET',
  path: '/v1/tokens',
  summary: 'List my tokens',
  permission: 'signed_in',
  object: 'self',
  query: pageQuery,
  response: pageOf(Token),
  errors: [],
})

export const createToken = route({
  method: 'POST',
  path: '/v1/tokens',
  summary: 'Make a token that acts for me, within limits',
  permission: 'signed_in',
  object: 'self',
  body: tokenLimits,
  response: TokenMade,
  status: 201,
  errors: ['token_exceeds_parent', 'too_many'],
  secretAnswer: true,
})

export const revokeToken = route({
  method: 'DELETE',
  path: '/v1/tokens/{token}',
  summary: 'Revoke one of my tokens and all that were made with it',
  permission: 'signed_in',
  object: 'self',
  params: { token: idSchema('tok') },
  response: null,
  errors: [],
})

export const listUserTokens = route({
  method: 'GET',
  path: '/v1/users/{user}/tokens',
  summary: 'List the tokens of a person',
  permission: 'token.read',
  object: 'params.user',
  params: { user: idSchema('usr') },
  query: pageQuery,
  response: pageOf(Token),
  errors: [],
})

export const revokeUserToken = route({
  method: 'DELETE',
  path: '/v1/users/{user}/tokens/{token}',
  summary: 'Revoke a token of a person and all that were made with it',
  permission: 'token.revoke',
  object: 'params.user',
  params: { user: idSchema('usr'), token: idSchema('tok') },
  response: null,
  errors: [],
})

export const tokenRoutes = {
  listTokens,
  createToken,
  revokeToken,
  listUserTokens,
  revokeUserToken,
} as const
