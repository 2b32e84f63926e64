// The one place that decides whether a request may go on.

import { refused, type AnyRoute, type Refused } from '@lockstep/contract'
import {
  can,
  findWaiting,
  isIdText,
  isOfSystemOnly,
  type Decision,
  type Permission,
  type Place,
} from '@lockstep/domain'
import type { PlaceOf } from '../ports/people.ts'
import type { Principal } from './principal.ts'

/** The fields of a request by the part they stand in, already validated. */
export interface RequestParts {
  readonly params: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body: Readonly<Record<string, unknown>>
}

/** A decision on an object, in the words of a problem. */
type Unallowed = Refused<'forbidden' | 'token_cannot' | 'not_found'>
/** A role would allow it, and does not count yet. */
export type TooEarly = Refused<'role_not_confirmed' | 'role_not_yet'>
type Unidentified = Refused<'not_signed_in' | 'person_required'>

/**
 * Decides on the identity alone, before anything of the request is read: who is nobody gets 401 on every route but the public ones.
 */
export function refuseIdentity(route: AnyRoute, principal: Principal): Unidentified | undefined {
  if (route.permission === 'public') return undefined
  if (principal.kind === 'anonymous') {
    return refused(
      'not_signed_in',
      'This needs a session or an API token. Sign in first: lockstep login',
    )
  }
  if (route.personOnly && principal.kind === 'token') {
    return refused(
      'person_required',
      'This needs a person who is signed in; a token is not enough.',
    )
  }
  return undefined
}

/** Decides on the permission of the route at the place of its object. What may not be seen is not there. */
export async function refuseObject(
  route: AnyRoute,
  principal: Principal,
  parts: RequestParts,
  placeOf: PlaceOf,
): Promise<Unallowed | TooEarly | undefined> {
  const { permission, object } = route
  if (permission === 'public' || permission === 'signed_in') return undefined
  const place = await placeOfObject(object, parts, placeOf)
  if (place === 'reach') return undefined // The handler lists what is in reach, and nothing else.
  if (place === undefined) return NOT_FOUND
  const decision = can(principal.rights, permission, place)
  const isForbidden = !decision.allowed && decision.why === 'forbidden'
  return (
    (isForbidden ? refuseWaiting(principal, permission, place) : undefined) ??
    refusalOf(decision, permission)
  )
}

/** Why a role that would allow this does not count yet; undefined when the person has no such role. */
export function refuseWaiting(
  principal: Principal,
  permission: Permission,
  place: Place,
): TooEarly | undefined {
  if (principal.kind !== 'person') return undefined
  const waiting = findWaiting(principal.waiting, permission, place)
  if (waiting === undefined) return undefined
  const { role, grant, from } = waiting
  if (from === null) {
    return refused(
      'role_not_confirmed',
      `The role ${role} counts here when somebody else confirms it, who may grant roles here and does not get it: lockstep role confirm ${grant}`,
      { grant, from },
    )
  }
  const at = new Date(from).toISOString()
  return refused(
    'role_not_yet',
    `The role ${role} counts here from ${at} on, an hour after it was confirmed.`,
    { grant, from: at },
  )
}

export const NOT_FOUND = refused('not_found', 'There is nothing here, or nothing that you may see.')

/** A decision in the words of a problem; undefined when it is allowed. */
export function refusalOf(decision: Decision, permission: Permission): Unallowed | undefined {
  if (decision.allowed) return undefined
  switch (decision.why) {
    case 'unseen':
      return NOT_FOUND
    case 'token_cannot':
      return refused(
        'token_cannot',
        `${permission} needs a person who is signed in; no token has it.`,
      )
    case 'forbidden':
      return refused(
        'forbidden',
        `This needs the permission ${permission} here. ${whoGrants(permission)}`,
        { permission },
      )
  }
}

function whoGrants(permission: Permission): string {
  return isOfSystemOnly(permission)
    ? 'It comes with a role for the whole system, which an administrator grants.'
    : 'An administrator or the owner of the project grants it.'
}

async function placeOfObject(
  object: string,
  parts: RequestParts,
  placeOf: PlaceOf,
): Promise<Place | 'reach' | undefined> {
  if (object === 'system') return { on: 'system' }
  if (object === 'reach') return 'reach'
  const id = fieldOf(object, parts)
  if (object.startsWith('query.') && id === undefined) return 'reach'
  if (object.startsWith('body.') && id === null) return { on: 'system' }
  return typeof id === 'string' && isIdText(id) ? placeOf(id) : undefined
}

function fieldOf(object: string, parts: RequestParts): unknown {
  const [part, field = ''] = object.split('.')
  if (part === 'params') return parts.params[field]
  return part === 'query' ? parts.query[field] : parts.body[field]
}
