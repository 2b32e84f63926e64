import {
  assertInvariant,
  type Actor,
  type Rights,
  type ServiceAccountId,
  type SessionId,
  type TokenId,
  type UserId,
  type WaitingGrant,
} from '@lockstep/domain'
import type { FoundToken } from '../ports/people.ts'

/** Who a request comes from, as far as it has shown. */
export type Principal =
  | { readonly kind: 'anonymous'; readonly rights: Rights }
  | {
      readonly kind: 'person'
      readonly user: UserId
      readonly name: string
      readonly session: SessionId
      readonly csrf: string
      readonly rights: Rights
      /** Roles that do not count yet. */
      readonly waiting: readonly WaitingGrant[]
    }
  | {
      readonly kind: 'token'
      readonly token: TokenId
      readonly owner: UserId | ServiceAccountId
      readonly name: string
      /** What it makes has at most these. */
      readonly limits: Pick<
        FoundToken,
        'permissions' | 'project' | 'environment' | 'from' | 'expiresAt'
      >
      readonly rights: Rights
    }

export const ANONYMOUS: Principal = { kind: 'anonymous', rights: { grants: [], token: null } }

/** How the principal stands in events and in the audit trail. Whoever is nobody changes nothing; `rule` stands for the program. */
export function actorOf(principal: Principal): Actor {
  if (principal.kind === 'person') return `user:${principal.user}`
  if (principal.kind === 'token') return `token:${principal.token}`
  return 'rule'
}

/** The person or service account that owns what the principal shows. */
export function ownerOf(principal: Principal): UserId | ServiceAccountId | undefined {
  if (principal.kind === 'person') return principal.user
  return principal.kind === 'token' ? principal.owner : undefined
}

/** The person of a route that only persons reach. */
export function personOf(principal: Principal): Extract<Principal, { kind: 'person' }> {
  assertInvariant(principal.kind === 'person', 'a route for persons is reached by persons')
  return principal
}
