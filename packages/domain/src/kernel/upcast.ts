// States and events that an older version of this program has stored, as the reducers of today read them.

import type { AnyEvent } from './effect.ts'
import type { StateHead } from './machine.ts'

/** Makes a state of the next version from one before. Pure; it stands beside the reducer whose states it reads. */
export type StateUpcast = (older: StateHead) => StateHead

/** Makes an event of the next version from one before: for replay, a stored event is never written again. */
export type EventUpcast = (older: AnyEvent) => AnyEvent

/** What a kind of aggregate knows of its past. */
export interface Upcasts {
  /** The first makes a state of version 2 from one of version 1, and so on: their number says which version is today's. */
  readonly stateUpcasts?: readonly StateUpcast[]
  /** The same for events, by type. */
  readonly eventUpcasts?: Readonly<Record<string, readonly EventUpcast[]>>
}

/** A newer program has stored this, which runs beside this one: it is left to that one. */
export class StoredByNewer extends Error {
  override readonly name = 'StoredByNewer'
}

/** The version of the states that these reducers read and write. */
export function stateVersion({ stateUpcasts = [] }: Upcasts): number {
  return 1 + stateUpcasts.length
}

/** The version in which events of this type are written. */
export function eventVersion({ eventUpcasts = {} }: Upcasts, type: string): number {
  return 1 + (eventUpcasts[type]?.length ?? 0)
}

/** A stored state in today's shape. It is written so only when the next event changes it. Throws `StoredByNewer`. */
export function upcastState(past: Upcasts, stored: StateHead): StateHead {
  const { stateUpcasts = [] } = past
  if (stored.v > stateVersion(past)) throw newer(`the state of ${stored.id}`, stored.v)
  return stateUpcasts
    .slice(stored.v - 1)
    .reduce((state, upcast, index) => ({ ...upcast(state), v: stored.v + index + 1 }), stored)
}

/** A stored event of this version in today's shape, for replay. Throws `StoredByNewer`. */
export function upcastEvent(past: Upcasts, stored: AnyEvent, v: number): AnyEvent {
  if (v > eventVersion(past, stored.type)) throw newer(`an event ${stored.type}`, v)
  const upcasts = past.eventUpcasts?.[stored.type] ?? []
  return upcasts.slice(v - 1).reduce((event, upcast) => upcast(event), stored)
}

function newer(what: string, v: number): StoredByNewer {
  return new StoredByNewer(`${what} has version ${v}, which only a newer server reads`)
}
