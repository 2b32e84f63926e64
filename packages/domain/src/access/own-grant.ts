// Roles that somebody gave to themselves: with those that decide at gates, nobody alone makes themselves an approver.

import type { GrantId, UserId } from '../kernel/id.ts'
import { HOUR_MS, type Instant } from '../kernel/instant.ts'
import { contains, type Grant, type Place } from './can.ts'
import type { Permission } from './permission.ts'
import { isDeciding, ROLE_PERMISSIONS, type Role } from './role.ts'

/** From the confirmation on, others have so long to see it and to take it back. */
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

/**
 * How a new grant begins. One that lets its own giver decide, directly, through a group or by a token of theirs, waits for
 * somebody else; every other one counts at once. `givers` are the people behind whoever gives it.
 */
export function beginGrant(given: {
  readonly role: Role
  readonly givers: readonly UserId[]
  /** The people whom it reaches. */
  readonly reaches: readonly UserId[]
}): GrantState {
  const own = given.givers.find((giver) => given.reaches.includes(giver))
  return own === undefined || !isDeciding(given.role)
    ? { status: 'in_force' }
    : { status: 'unconfirmed', givenBy: own }
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
