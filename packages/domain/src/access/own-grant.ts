// What lets people decide at gates, when one person alone could have given it to themselves: a second person looks at it.

import type { GrantId, UserId } from '../kernel/id.ts'
import { HOUR_MS, type Instant } from '../kernel/instant.ts'
import { contains, type Grant, type Place } from './can.ts'
import type { Permission } from './permission.ts'
import { canPassGates, ROLE_PERMISSIONS, type Role } from './role.ts'

/**
 * So long others have to see what one person could have done alone, and to take it back, before it counts at gates: a role that was
 * confirmed, and a password that was chosen again by a link, which whoever made the link may have used.
 */
export const SECOND_LOOK_MS = HOUR_MS

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
  /** Why it need not be one of them: whoever holds a token acts by it, and whoever made the link by which a password is new. */
  readonly doubt: 'token' | 'new_password' | undefined
}

/** Why a grant waits for somebody else: its giver would decide with it, or may be somebody else. */
export const WAITING_CAUSES = ['own', 'token', 'new_password'] as const

export interface BegunGrant {
  readonly state: Exclude<GrantState, { status: 'confirmed' }>
  /** null: it does not wait. */
  readonly because: (typeof WAITING_CAUSES)[number] | null
}

/**
 * How a new grant begins. One that lets its own giver decide, directly or through a group, waits for somebody else, and so does
 * one that decides when its giver may be somebody else. Every other one counts at once.
 */
export function beginGrant(given: {
  readonly role: Role
  readonly giver: Giver
  /** The people whom it reaches. */
  readonly reaches: readonly UserId[]
}): BegunGrant {
  const { people, doubt } = given.giver
  const own = people.find((giver) => given.reaches.includes(giver))
  const because = own === undefined ? doubt : 'own'
  const givenBy = own ?? people[0]
  return because === undefined || givenBy === undefined || !canPassGates(given.role)
    ? { state: { status: 'in_force' }, because: null }
    : { state: { status: 'unconfirmed', givenBy }, because }
}

/**
 * Why this giver may not put a person into a group that holds these roles, whether they count yet or not; undefined when they may.
 * Nobody adds themselves to any group, and who may be somebody else adds nobody to one that decides.
 */
export function refuseMember(added: {
  readonly giver: Giver
  readonly person: UserId
  readonly roles: readonly Role[]
}): 'cannot_change_yourself' | 'person_required' | 'password_new' | undefined {
  const { people, doubt } = added.giver
  if (people.includes(added.person)) return 'cannot_change_yourself'
  return doubt !== undefined && added.roles.some(canPassGates) ? REFUSALS[doubt] : undefined
}

const REFUSALS = { token: 'person_required', new_password: 'password_new' } as const

/**
 * Why this giver may not make a link with which a person chooses a password; undefined when they may. Whoever sees the link can be that
 * person: a token makes none for somebody who has a password, and a right over people does not become every right.
 */
export function refuseLink(link: {
  readonly giver: Giver
  readonly person: UserId
  readonly hasPassword: boolean
  readonly isAdministrator: boolean
  /** Whether the giver may make administrators. */
  readonly givesAll: boolean
}): 'cannot_change_yourself' | 'person_required' | 'forbidden' | undefined {
  const { people, doubt } = link.giver
  if (people.includes(link.person)) return 'cannot_change_yourself'
  if (link.isAdministrator && !link.givesAll) return 'forbidden'
  return link.hasPassword && doubt === 'token' ? 'person_required' : undefined
}

/** Whether a decision was made before its person got a new password by a link: then it was theirs, and stands. */
export function isBeforeNewPassword(decidedAt: Instant, decidesFrom: Instant): boolean {
  return decidedAt < decidesFrom - SECOND_LOOK_MS
}

/**
 * The second person's yes. Neither the giver nor anybody else whom the grant reaches can say it, nor who may be somebody else. It counts
 * an hour later.
 */
export function confirmGrant(
  state: GrantState,
  yes: {
    readonly by: UserId
    readonly doubt: Giver['doubt']
    readonly reaches: readonly UserId[]
    readonly at: Instant
  },
):
  | { readonly ok: true; readonly state: Extract<GrantState, { status: 'confirmed' }> }
  | {
      readonly ok: false
      readonly refusal:
        | 'wrong_state'
        | 'cannot_change_yourself'
        | 'person_required'
        | 'password_new'
    } {
  if (state.status !== 'unconfirmed') return { ok: false, refusal: 'wrong_state' }
  const { givenBy } = state
  const { by, doubt, reaches, at } = yes
  if (by === givenBy || reaches.includes(by))
    return { ok: false, refusal: 'cannot_change_yourself' }
  if (doubt !== undefined) return { ok: false, refusal: REFUSALS[doubt] }
  return {
    ok: true,
    state: { status: 'confirmed', givenBy, confirmedBy: by, from: at + SECOND_LOOK_MS },
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
