// The lock of one environment: who may change it now, who waits, in which order. One run at a time; a person may lock it too.

import { boundedText } from '../kernel/bounded-text.ts'
import type { Address, Effect } from '../kernel/effect.ts'
import type { EnvironmentId } from '../kernel/id.ts'
import type { Instant } from '../kernel/instant.ts'
import { ownEvent, type Machine, type StateHead } from '../kernel/machine.ts'
import type { Occurrence } from '../kernel/occurrence.ts'
import type { Waits } from '../kernel/status.ts'
import { accept, refuse, type Transition } from '../kernel/transition.ts'

/**
 * A stage that holds the environment or waits for it, as root run and stage run; `true`: it only reads and shares.
 * A tuple, because two hundred of them have to fit into one state.
 */
export type Claim = readonly [run: string, stage: string, shared?: true]

/** Who has the environment. Stages of one root run hold it together; so do runs that only read. */
export type Holder =
  | { readonly kind: 'runs'; readonly shared: boolean; readonly claims: readonly Claim[] }
  | {
      readonly kind: 'person'
      readonly person: string
      readonly since: Instant
      readonly reason: string
    }

/** A person has locked the environment while a run had it: they are the next, before every run that waits. */
export interface PersonWaiting {
  readonly person: string
  readonly since: Instant
  readonly reason: string
}

export interface EnvironmentLockState extends StateHead {
  readonly v: 1
  readonly plan: null
  readonly status: 'free' | 'held'
  readonly environment: EnvironmentId
  /** Fencing token: one more with each new holder, never less. An agent refuses a lower one than it has seen. */
  readonly token: number
  readonly holder: Holder | null
  readonly queue: readonly Claim[]
  readonly nextPerson: PersonWaiting | null
  /** Between the two nothing that changes the environment begins; `until` null: until somebody ends the freeze. */
  readonly frozen: {
    readonly since: Instant
    readonly until: Instant | null
    readonly reason: string
  } | null
}

export type EnvironmentLockEvent =
  | { readonly type: 'lock_created'; readonly environment: EnvironmentId }
  /** `stage` is told when it has the lock; its root is the run, so stages of nested runs pass through. */
  | {
      readonly type: 'lock_requested'
      readonly run: string
      readonly stage: Address
      readonly mode: 'exclusive' | 'shared'
    }
  /** Without `stage`: everything that the run holds. */
  | {
      readonly type: 'lock_released'
      readonly run: string
      readonly token: number
      readonly stage?: Address
    }
  | { readonly type: 'request_withdrawn'; readonly run: string; readonly stage?: Address }
  /** The run, or one stage of it, is over: whatever it holds is released, whatever it waits for is withdrawn. */
  | { readonly type: 'holder_ended'; readonly run: string; readonly stage?: Address }
  /** A person moves a waiting run to another place; 0 is the next one. */
  | { readonly type: 'order_changed'; readonly run: string; readonly place: number }
  | { readonly type: 'environment_locked'; readonly person: string; readonly reason: string }
  | { readonly type: 'environment_unlocked'; readonly reason: string }
  | {
      readonly type: 'environment_frozen'
      /** When it begins; at once when it is left out or over. */
      readonly from?: Instant
      readonly until: Instant | null
      readonly reason: string
    }
  | { readonly type: 'environment_unfrozen'; readonly reason: string }
  | { readonly type: 'woken' }

export const ENVIRONMENT_LOCK_REFUSALS = [
  'not_created',
  'already_created',
  'already_asked',
  'not_holder',
  'not_in_queue',
  'already_locked',
  'not_locked',
  'not_frozen',
  'already_over',
  'reason_missing',
] as const
export type EnvironmentLockRefusal = (typeof ENVIRONMENT_LOCK_REFUSALS)[number]
export type EnvironmentLockTransition = Transition<
  EnvironmentLockState,
  Effect,
  EnvironmentLockRefusal
>

/** Stages that may wait for one environment; the next is told `lock_refused: queue_full`. */
export const LOCK_QUEUE_MAX = 200
/** Stages that may hold one environment together; the next waits. */
export const LOCK_CLAIMS_MAX = 8
const LOCK_REASON_BYTES_MAX = 100

/**
 * Folds one event into a lock. At most one root run, or one person, holds the environment for changes; the order is that
 * of asking unless a person changed it; readers share, and do not overtake a run that waits to change something.
 */
export function reduceEnvironmentLock(
  state: EnvironmentLockState | undefined,
  event: EnvironmentLockEvent & Occurrence,
): EnvironmentLockTransition {
  if (event.type === 'lock_created') {
    return state === undefined ? accept(create(event)) : refuse('already_created')
  }
  if (state === undefined) return refuse('not_created')
  switch (event.type) {
    case 'lock_requested':
      return request(state, event)
    case 'lock_released':
      return event.token === state.token && holds(state, event)
        ? grant(drop(state, event), event.at)
        : refuse('not_holder')
    case 'request_withdrawn':
      return isQueued(state, event) ? grant(leave(state, event), event.at) : refuse('not_in_queue')
    case 'holder_ended':
      return holds(state, event) || isQueued(state, event)
        ? grant(drop(leave(state, event), event), event.at)
        : refuse('not_holder')
    case 'order_changed':
      return move(state, event)
    case 'environment_locked':
      return lockForPerson(state, event)
    case 'environment_unlocked':
      return unlockForPerson(state, event)
    case 'environment_frozen':
      return freeze(state, event)
    case 'environment_unfrozen':
      if (state.frozen === null) return refuse('not_frozen')
      if (event.reason.trim() === '') return refuse('reason_missing')
      return grant({ ...state, frozen: null }, event.at)
    case 'woken':
      return grant(state, event.at)
  }
}

function create(
  event: Extract<EnvironmentLockEvent, { type: 'lock_created' }> & Occurrence,
): EnvironmentLockState {
  return {
    v: 1,
    id: event.self.id,
    root: event.self.root,
    plan: null,
    status: 'free',
    environment: event.environment,
    token: 0,
    holder: null,
    queue: [],
    nextPerson: null,
    frozen: null,
  }
}

// ── runs ─────────────────────────────────────────────────────────────────────────────────────

function request(
  state: EnvironmentLockState,
  event: Extract<EnvironmentLockEvent, { type: 'lock_requested' }> & Occurrence,
): EnvironmentLockTransition {
  const { run, stage } = event
  const asker = { run, stage }
  if (holds(state, asker) || isQueued(state, asker)) return refuse('already_asked')
  const claim: Claim = event.mode === 'shared' ? [run, stage.id, true] : [run, stage.id]
  // The asker has to hear of it: a refusal would stay between the lock and the log.
  if (state.queue.length >= LOCK_QUEUE_MAX && !canJoin(state, claim)) {
    return accept(state, [tellRefused(state, claim)])
  }
  return grant({ ...state, queue: [...state.queue, claim] }, event.at)
}

/** Gives the environment to whoever may have it now, in order, and tells them. */
function grant(before: EnvironmentLockState, at: Instant): EnvironmentLockTransition {
  let state = thaw(before, at)
  const effects: Effect[] = []
  const queue: Claim[] = []
  let changeWaits = false
  if (state.holder === null && state.nextPerson !== null) state = giveToPerson(state)
  for (const claim of state.queue) {
    const isNested = canJoin(state, claim)
    const isFree = !changeWaits && mayBegin(state, claim, at)
    if (isNested || isFree) {
      state = give(state, claim)
      effects.push(tellGiven(state, claim))
    } else {
      queue.push(claim)
      // During a freeze nobody who changes anything can be overtaken; readers go on.
      if (claim[2] !== true && !isFrozen(state, at)) changeWaits = true
    }
  }
  return accept({ ...state, queue, status: state.holder === null ? 'free' : 'held' }, effects)
}

/** A stage of the run that holds it already: what has begun goes on, also in a freeze. */
function canJoin({ holder }: EnvironmentLockState, [run]: Claim): boolean {
  if (holder?.kind !== 'runs' || holder.shared || holder.claims.length >= LOCK_CLAIMS_MAX) {
    return false
  }
  return holder.claims.some(([holding]) => holding === run)
}

function mayBegin(state: EnvironmentLockState, claim: Claim, at: Instant): boolean {
  const { holder, nextPerson } = state
  const isShared = claim[2] === true
  if (!isShared && isFrozen(state, at)) return false
  if (holder === null) return true
  if (holder.kind === 'person' || !holder.shared || !isShared || nextPerson !== null) return false
  return holder.claims.length < LOCK_CLAIMS_MAX
}

function give(state: EnvironmentLockState, claim: Claim): EnvironmentLockState {
  if (state.holder?.kind === 'runs') {
    const { shared, claims } = state.holder
    return { ...state, holder: { kind: 'runs', shared, claims: [...claims, claim] } }
  }
  const holder: Holder = { kind: 'runs', shared: claim[2] === true, claims: [claim] }
  return { ...state, token: state.token + 1, holder }
}

function drop(state: EnvironmentLockState, whose: Whose): EnvironmentLockState {
  if (state.holder?.kind !== 'runs') return state
  const claims = state.holder.claims.filter((claim) => !isOf(claim, whose))
  return { ...state, holder: claims.length === 0 ? null : { ...state.holder, claims } }
}

function leave(state: EnvironmentLockState, whose: Whose): EnvironmentLockState {
  return { ...state, queue: state.queue.filter((claim) => !isOf(claim, whose)) }
}

function move(
  state: EnvironmentLockState,
  event: Extract<EnvironmentLockEvent, { type: 'order_changed' }> & Occurrence,
): EnvironmentLockTransition {
  const moved = state.queue.filter(([run]) => run === event.run)
  if (moved.length === 0) return refuse('not_in_queue')
  const others = state.queue.filter(([run]) => run !== event.run)
  const place = Math.max(0, Math.min(event.place, others.length))
  return grant({ ...state, queue: others.toSpliced(place, 0, ...moved) }, event.at)
}

// ── people ───────────────────────────────────────────────────────────────────────────────────

function lockForPerson(
  state: EnvironmentLockState,
  event: Extract<EnvironmentLockEvent, { type: 'environment_locked' }> & Occurrence,
): EnvironmentLockTransition {
  if (event.reason.trim() === '') return refuse('reason_missing')
  if (state.holder?.kind === 'person' || state.nextPerson !== null) return refuse('already_locked')
  const reason = boundedText(event.reason, LOCK_REASON_BYTES_MAX)
  const nextPerson = { person: event.person, since: event.at, reason }
  return grant({ ...state, nextPerson }, event.at)
}

function giveToPerson(state: EnvironmentLockState): EnvironmentLockState {
  if (state.nextPerson === null) return state
  const holder: Holder = { kind: 'person', ...state.nextPerson }
  return { ...state, token: state.token + 1, holder, nextPerson: null }
}

function unlockForPerson(
  state: EnvironmentLockState,
  event: Extract<EnvironmentLockEvent, { type: 'environment_unlocked' }> & Occurrence,
): EnvironmentLockTransition {
  if (state.holder?.kind !== 'person' && state.nextPerson === null) return refuse('not_locked')
  if (event.reason.trim() === '') return refuse('reason_missing')
  const holder = state.holder?.kind === 'person' ? null : state.holder
  return grant({ ...state, holder, nextPerson: null }, event.at)
}

function freeze(
  state: EnvironmentLockState,
  event: Extract<EnvironmentLockEvent, { type: 'environment_frozen' }> & Occurrence,
): EnvironmentLockTransition {
  if (event.reason.trim() === '') return refuse('reason_missing')
  const reason = boundedText(event.reason, LOCK_REASON_BYTES_MAX)
  const since = Math.max(event.from ?? event.at, event.at)
  if (event.until !== null && event.until <= since) return refuse('already_over')
  const frozen = { since, until: event.until, reason }
  return grant({ ...state, frozen }, event.at)
}

/** A freeze that is still to come holds up nobody. */
function isFrozen({ frozen }: EnvironmentLockState, at: Instant): boolean {
  return frozen !== null && frozen.since <= at
}

function thaw(state: EnvironmentLockState, at: Instant): EnvironmentLockState {
  const until = state.frozen?.until ?? null
  return until !== null && at >= until ? { ...state, frozen: null } : state
}

// ── small parts ──────────────────────────────────────────────────────────────────────────────

interface Whose {
  readonly run: string
  readonly stage?: Address
}

function isOf([run, stage]: Claim, whose: Whose): boolean {
  return run === whose.run && (whose.stage === undefined || whose.stage.id === stage)
}

function holds({ holder }: EnvironmentLockState, whose: Whose): boolean {
  return holder?.kind === 'runs' && holder.claims.some((claim) => isOf(claim, whose))
}

function isQueued({ queue }: EnvironmentLockState, whose: Whose): boolean {
  return queue.some((claim) => isOf(claim, whose))
}

function tellGiven({ environment, token }: EnvironmentLockState, [run, stage]: Claim): Effect {
  const event = { type: 'lock_given', environment, token }
  return { type: 'tell', to: { root: run, id: stage }, event }
}

function tellRefused({ environment }: EnvironmentLockState, [run, stage]: Claim): Effect {
  const event = { type: 'lock_refused', environment, refusal: 'queue_full' }
  return { type: 'tell', to: { root: run, id: stage }, event }
}

/** The root run that holds the environment for changes, if one does: inventory changes that carry its token are its own. */
export function findHoldingRun({ holder }: EnvironmentLockState): string | undefined {
  return holder?.kind === 'runs' && !holder.shared ? holder.claims[0]?.[0] : undefined
}

function waits({ frozen, queue, holder }: EnvironmentLockState): Waits | undefined {
  if (frozen !== null) {
    const until = frozen.until === null ? {} : { until: frozen.until }
    return { on: 'time', what: `frozen: ${frozen.reason}`, since: frozen.since, ...until }
  }
  if (holder?.kind !== 'person' || queue.length === 0) return undefined
  return { on: 'person', what: `locked: ${holder.reason}`, since: holder.since }
}

/** The environment lock as the reactor sees it. It is perennial: as long as there is the environment, it never ends. */
export const environmentLockMachine: Machine<EnvironmentLockState> = {
  kind: 'environment_lock',
  reduce: (state, event) => reduceEnvironmentLock(state, ownEvent<EnvironmentLockEvent>(event)),
  wakeAt: (state) => state.frozen?.until ?? undefined,
  runStatus: (state) => (state.status === 'held' ? 'running' : 'ready'),
  waits,
  isTerminal: () => false,
}
