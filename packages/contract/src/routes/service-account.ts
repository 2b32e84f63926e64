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
import { Token, TokenMade, tokenLimits } from './token.ts'

/** What acts without a person: a trigger, a build server. People own it, and what it starts its owners may not approve. */
export const ServiceAccount = named(
  'ServiceAccount',
  z.strictObject({
    id: idSchema('svc'),
    name: Name,
    title: Title,
    project: z.nullable(idSchema('prj')),
    owners: z.array(idSchema('usr')),
    disabled: z.boolean(),
    createdAt: Timestamp,
    version: Version,
  }),
)

/** Two people at least: one who leaves does not leave it without an owner, and none of them has it alone. */
const owners = z.array(idSchema('usr')).check(
  z.minLength(2),
  z.maxLength(5),
  z.refine((ids) => new Set(ids).size === ids.length, 'name each person once'),
)

export const listServiceAccounts = route({
  method: 'GET',
  path: '/v1/service-accounts',
  summary: 'List service accounts',
  permission: 'service_account.read',
  object: 'query.project',
  query: { ...pageQuery, project: z.optional(idSchema('prj')) },
  response: pageOf(ServiceAccount),
  errors: [],
})

export const createServiceAccount = route({
  method: 'POST',
  path: '/v1/service-accounts',
  summary: 'Make a service account',
  permission: 'service_account.write',
  object: 'body.project',
  body: { project: z.nullable(idSchema('prj')), name: Name, title: NewTitle, owners },
  response: ServiceAccount,
  status: 201,
  errors: ['name_taken'],
})

export const changeServiceAccount = route({
  method: 'PATCH',
  path: '/v1/service-accounts/{account}',
  summary: 'Change, disable or enable a service account',
  permission: 'service_account.write',
  object: 'params.account',
  params: { account: idSchema('svc') },
  body: {
    title: z.optional(NewTitle),
    owners: z.optional(owners),
    disabled: z.optional(z.boolean()),
  },
  response: ServiceAccount,
  errors: [],
})

export const listServiceAccountTokens = route({
  method: 'GET',
  path: '/v1/service-accounts/{account}/tokens',
  summary: 'List the tokens of a service account',
  permission: 'service_account.read',
  object: 'params.account',
  params: { account: idSchema('svc') },
  query: pageQuery,
  response: pageOf(Token),
  errors: [],
})

export const createServiceAccountToken = route({
  method: 'POST',
  path: '/v1/service-accounts/{account}/tokens',
  summary: 'Make a token that acts as a service account',
  permission: 'service_account.write',
  object: 'params.account',
  params: { account: idSchema('svc') },
  body: tokenLimits,
  response: TokenMade,
  status: 201,
  errors: ['token_exceeds_parent', 'too_many', 'person_required'],
  secretAnswer: true,
  personOnly: true,
})

export const revokeServiceAccountToken = route({
  method: 'DELETE',
  path: '/v1/service-accounts/{account}/tokens/{token}',
  summary: 'Revoke a token of a service account',
  permission: 'service_account.write',
  object: 'params.account',
  params: { account: idSchema('svc'), token: idSchema('tok') },
  response: null,
  errors: [],
})

export const serviceAccountRoutes = {
  listServiceAccounts,
  createServiceAccount,
  changeServiceAccount,
  listServiceAccountTokens,
  createServiceAccountToken,
  revokeServiceAccountToken,
} as const
