import {
  answer,
  refused,
  type RouteRequest,
  type serviceAccountRoutes,
  type tokenRoutes,
} from '@lockstep/contract'
import {
  assertInvariant,
  idOf,
  type ServiceAccountId,
  type TokenId,
  type UserId,
} from '@lockstep/domain'
import { randomUUIDv7 } from 'node:crypto'
import type { People, PlaceOf, ServiceAccountRecord, TokenRecord } from '../../ports/people.ts'
import type { InTransaction, Write } from '../../ports/write.ts'
import { createToken, type MadeToken } from '../../usecases/token/create.ts'
import { NOT_FOUND } from '../authorize.ts'
import { pageFrom, sliceOf } from '../page.ts'
import { presentServiceAccount, presentToken } from '../present.ts'
import { ownerOf, type Principal } from '../principal.ts'
import type { ServerHandlers } from '../request-context.ts'

const present = ({ token, secret }: MadeToken) => ({ token: presentToken(token), secret })

export function tokenHandlers({
  people,
}: {
  readonly people: People
}): ServerHandlers<typeof tokenRoutes> {
  return {
    async listTokens({ query }, { principal }) {
      return listOf(people, owner(principal), query)
    },
    async createToken({ body }, { principal, inTransaction, placeOf }) {
      const within = await limitOf(body, placeOf)
      if (within === undefined) return NOT_FOUND
      if (principal.rights.token === null && !isSeen(principal, within)) return NOT_FOUND
      return inTransaction(async (write) => {
        const parent =
          principal.kind === 'token' ? { ...principal.limits, id: principal.token } : null
        const outcome = await createToken(write, {
          ...body,
          ...within,
          owner: owner(principal),
          parent,
        })
        return outcome.ok ? answer(present(outcome.value)) : outcome
      })
    },
    async revokeToken({ params }, { principal, inTransaction }) {
      return revoke(inTransaction, owner(principal), params.token)
    },
    async listUserTokens({ params, query }) {
      return listOf(people, params.user, query)
    },
    async revokeUserToken({ params }, { inTransaction }) {
      return revoke(inTransaction, params.user, params.token)
    },
  }
}

export function serviceAccountHandlers({
  people,
}: {
  readonly people: People
}): ServerHandlers<typeof serviceAccountRoutes> {
  const shown = async (
    { serviceAccounts }: People,
    id: ServiceAccountId,
  ): Promise<ServiceAccountRecord> => {
    const account = await serviceAccounts.find(id)
    assertInvariant(account !== undefined, 'service accounts are never deleted')
    return account
  }
  return {
    async listServiceAccounts({ query }, { reach }) {
      const slice = sliceOf(query)
      if (!slice.ok) return slice
      const reached = reach.everywhere ? 'all' : reach.projects
      const projects = query.project === undefined ? reached : [query.project]
      return answer(
        pageFrom(
          await people.serviceAccounts.list(slice, { projects }),
          query.limit,
          presentServiceAccount,
        ),
      )
    },
    async createServiceAccount({ body }, { inTransaction }) {
      return inTransaction(async (write) => {
        const id = idOf('svc', randomUUIDv7())
        const missing = await missingPerson(write, body.owners)
        if (missing !== undefined)
          return refused('unknown_reference', `There is no person ${missing}.`)
        const taken = await write.people.serviceAccounts.insert({ id, ...body })
        if (taken !== undefined)
          return refused(taken, `There is a service account named "${body.name}" here already.`)
        await write.record({
          type: 'service_account_created',
          subject: id,
          project: await numberOf(write, body.project),
          body,
        })
        return answer(presentServiceAccount(await shown(write.people, id)))
      })
    },
    async changeServiceAccount({ params, body }, { inTransaction, ifMatch }) {
      return inTransaction(async (write) => {
        const missing = await missingPerson(write, body.owners ?? [])
        if (missing !== undefined)
          return refused('unknown_reference', `There is no person ${missing}.`)
        const before = await shown(write.people, params.account)
        const after = await write.people.serviceAccounts.update(params.account, ifMatch, body)
        if (after === undefined) {
          return refused(
            'out_of_date',
            'This service account was changed since you read it. Read again and decide again.',
            {
              current: presentServiceAccount(before),
            },
          )
        }
        await write.record({
          type: 'service_account_changed',
          subject: params.account,
          project: await numberOf(write, after.project),
          body: { before: presentServiceAccount(before), after: presentServiceAccount(after) },
        })
        return answer(presentServiceAccount(after))
      })
    },
    async listServiceAccountTokens({ params, query }) {
      return listOf(people, params.account, query)
    },
    async createServiceAccountToken({ params, body }, { inTransaction, placeOf }) {
      const within = await limitOf(body, placeOf)
      if (within === undefined) return NOT_FOUND
      return inTransaction(async (write) => {
        const account = await shown(write.people, params.account)
        const project = within.project ?? account.project
        if (account.project !== null && project !== account.project) {
          return refused(
            'token_exceeds_parent',
            'This service account belongs to one project; its tokens are for the same one.',
          )
        }
        const outcome = await createToken(write, {
          ...body,
          owner: account.id,
          project,
          environment: within.environment,
          parent: null,
        })
        return outcome.ok ? answer(present(outcome.value)) : outcome
      })
    },
    async revokeServiceAccountToken({ params }, { inTransaction }) {
      return revoke(inTransaction, params.account, params.token)
    },
  }
}

async function listOf(
  people: People,
  of: UserId | ServiceAccountId,
  query: { readonly limit: number; readonly after?: string | undefined },
) {
  const slice = sliceOf(query)
  return slice.ok
    ? answer(pageFrom(await people.tokens.list(of, slice), query.limit, presentToken))
    : slice
}

function revoke(inTransaction: InTransaction, of: UserId | ServiceAccountId, token: TokenId) {
  return inTransaction(async (write) => {
    if (!(await write.people.tokens.revoke(of, token))) return NOT_FOUND
    await write.record({ type: 'token_revoked', subject: token, body: { owner: of } })
    return answer(null)
  })
}

async function missingPerson(
  { people }: Write,
  ids: readonly UserId[],
): Promise<UserId | undefined> {
  for (const id of ids) if ((await people.users.find(id)) === undefined) return id
  return undefined
}

async function numberOf(
  { people }: Write,
  project: ServiceAccountRecord['project'],
): Promise<number> {
  return project === null ? 0 : ((await people.projects.find(project))?.number ?? 0)
}

type Limit = Pick<TokenRecord, 'project' | 'environment'>

/** Where a token is to be limited to; undefined when its environment is not there, or not in its project. */
async function limitOf(
  { project = null, environment = null }: RouteRequest<typeof tokenRoutes.createToken>['body'],
  placeOf: PlaceOf,
): Promise<Limit | undefined> {
  if (environment === null) return { project, environment }
  const place = await placeOf(environment)
  if (place?.on !== 'environment') return undefined
  if (project !== null && project !== place.project) return undefined
  return { project: place.project, environment }
}

/** A person names only projects in which they hold something. */
function isSeen({ rights }: Principal, { project }: Limit): boolean {
  if (project === null) return true
  return rights.grants.some(({ place }) => place.on === 'system' || place.project === project)
}

function owner(principal: Principal): UserId | ServiceAccountId {
  const id = ownerOf(principal)
  assertInvariant(id !== undefined, 'a signed-in route has an owner')
  return id
}
