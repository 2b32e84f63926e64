// Roles that somebody gave to themselves: with those that decide at gates, nobody alone makes themselves an approver.

import type { GrantId, UserId } from '../kernel/id.ts'
import { HOUR_MS, type Instant } from '../kernel/instant.ts'
import { contains, type Grant, type Place } from './can.ts'
import type { Permission } from './permission.ts'
import { canPassGates, ROLE_PERMISSIONS, type Role } from './role.ts'

/** From the confirmation of a role, or from a password that came by a link, others have so long to see it and to take it back. */
export const OWN_GRANT_DELAY_MS = HOUR_MS

export const GRANT_STATUSES = ['unconfirmed', 'confirmed', 'in_force'] as const

export type GrantState =
  | { readonly status: 'in_force' }
  /** Counts for nothing until somebody else confirms it. */
  | { readonly status: 'unconfirmed'; readonly givenBy: UserId }
  /** Counts from this moment on, if nobody takes it back. */
  | {
      readonly status: 'confirmed'
      readonly givenBy: UserId
      readonly confirmedBy: UserId
      readonly from: Instant
    }

/** Who gives a role or adds to a group. */
export interface Giver {
  /** The people behind it: a person themselves, the owner of a token, the owners of its service account. */
  readonly people: readonly UserId[]
  /** Whoever holds a token acts by it: they need not be one of its owners. */
  readonly byToken: boolean
}

/**
 * How a new grant begins. One that lets its own giver decide, directly or through a group, waits for somebody else, and so does
 * one that decides and is given by a token: nobody knows who holds it. Every other one counts at once.
 */
export function beginGrant(given: {
  readonly role: Role
  readonly giver: Giver
  /** The people whom it reaches. */
  readonly reaches: readonly UserId[]
}): GrantState {
  const { people, byToken } = given.giver
  const own = people.find((giver) => given.reaches.includes(giver))
  const givenBy = own ?? (byToken ? people[0] : undefined)
  return givenBy === undefined || !canPassGates(given.role)
    ? { status: 'in_force' }
    : { status: 'unconfirmed', givenBy }
}

/**
 * Why this giver may not put a person into a group that holds these roles, whether they count yet or not; undefined when they may.
 * Nobody adds themselves to any group, and a token adds nobody to one that decides.
 */
export function whyNotMember(added: {
  readonly giver: Giver
  readonly person: UserId
  readonly roles: readonly Role[]
}): 'cannot_change_yourself' | 'person_required' | undefined {
  const { people, byToken } = added.giver
  if (people.includes(added.person)) return 'cannot_change_yourself'
  return byToken && added.roles.some(canPassGates) ? 'person_required' : undefined
}

/** The second person's yes. Neither the giver nor anybody else whom the grant reaches can say it; it counts an hour later. */
export function confirmGrant(
  state: GrantState,
  yes: { readonly by: UserId; readonly reaches: readonly UserId[]; readonly at: Instant },
):
  | { readonly ok: true; readonly state: Extract<GrantState, { status: 'confirmed' }> }
  | { readonly ok: false; readonly refusal: 'wrong_state' | 'cannot_change_yourself' } {
  if (state.status !== 'unconfirmed') return { ok: false, refusal: 'wrong_state' }
  const { givenBy } = state
  const { by, reaches, at } = yes
  if (by === givenBy || reaches.includes(by))
    return { ok: false, refusal: 'cannot_change_yourself' }
  return {
    ok: true,
    state: { status: 'confirmed', givenBy, confirmedBy: by, from: at + OWN_GRANT_DELAY_MS },
  }
}

/** A role that somebody holds and that does not count yet. */
export interface WaitingGrant extends Grant {
  readonly grant: GrantId
  /** null until it is confirmed. */
  readonly from: Instant | null
}

/** Which of these would allow it there: for the answer to whoever is refused. */
export function findWaiting(
  waiting: readonly WaitingGrant[],
  permission: Permission,
  at: Place,
): WaitingGrant | undefined {
  return waiting.find(
    ({ role, place }) => ROLE_PERMISSIONS[role].includes(permission) && contains(place, at),
  )
}
