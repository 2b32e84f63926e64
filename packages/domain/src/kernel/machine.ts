// What the reactor needs to know of a kind of aggregate: how to fold an event, and how to read the state's outside.

import type { AnyEvent, Effect, Question } from './effect.ts'
import type { Instant } from './instant.ts'
import type { RunStatus, Waits } from './status.ts'
import type { Occurrence } from './occurrence.ts'
import type { Transition } from './transition.ts'
import type { Upcasts } from './upcast.ts'
import type { Plan } from '../pipeline/run-plan.ts'

/** The kinds of aggregates, as stored. */
export const AGGREGATE_KINDS = [
  'pipeline_run',
  'stage_run',
  'gate_run',
  'process_run',
  'step_run',
  'environment_lock',
  'release',
] as const
export type AggregateKind = (typeof AGGREGATE_KINDS)[number]

/** The head that every state has: version of its shape, its own id and root, and the plan it carries out. */
export interface StateHead {
  readonly v: number
  readonly id: string
  readonly root: string
  /** Digest of the plan that the reducer reads; null for kinds that need none. */
  readonly plan: string | null
  readonly status: string
}

/**
 * One kind of aggregate. `reduce(undefined, '…_created')` makes it; a reducer is pure and total:
 * every event in every state is accepted or refused by name.
 */
export interface Machine<State extends StateHead = StateHead> extends Upcasts {
  readonly kind: AggregateKind
  reduce(
    state: State | undefined,
    event: AnyEvent & Occurrence,
    plan: Plan | undefined,
  ): Transition<State, Effect, string>
  /** The earliest moment at which it wants to be looked at; waking early is harmless. */
  wakeAt(state: State, plan: Plan | undefined): Instant | undefined
  /** One of the ten states, for lists and screens. */
  runStatus(state: State): RunStatus
  waits(state: State): Waits | undefined
  isTerminal(state: State): boolean
  /** The questions whose answers it waits for, as they were asked: when the server that was asked is gone, another asks them. */
  unanswered?(state: State, plan: Plan | undefined): readonly Question[]
}

/** `STATE_BYTES_MAX`: a state is bounded; what can be many is rows. Asserted by the reactor. */
export const STATE_BYTES_MAX = 16 * 1024

/** The event as the machine's own type. The reactor addresses by kind of aggregate, and every sender of a kind's events is compiled against it. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller says which machine it is
export function ownEvent<Event>(event: AnyEvent & Occurrence): Event & Occurrence {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one border between stored events and typed ones
  return event as unknown as Event & Occurrence
}
