// A planned delivery of several applications: collects what has passed, is started by a person, runs its pipeline.

import { boundedText } from '../kernel/bounded-text.ts'
import type { Address, Effect } from '../kernel/effect.ts'
import type { RunId } from '../kernel/id.ts'
import type { Instant } from '../kernel/instant.ts'
import { ownEvent, type Machine, type StateHead } from '../kernel/machine.ts'
import type { Occurrence } from '../kernel/occurrence.ts'
import type { Outcome, RunStatus, Waits } from '../kernel/status.ts'
import { accept, refuse, type Transition } from '../kernel/transition.ts'
import type { Digest } from '../process/process-plan.ts'
import { matchesVersion, parseVersionRange } from './version-range.ts'

/** Where a release is. `failed` and `aborted` are how its last run ended: it may be started again. The other ends are for ever. */
export const RELEASE_STATUSES = [
  'collecting',
  'ready',
  'running',
  'failed',
  'aborted',
  'succeeded',
  'cancelled',
] as const
export type ReleaseStatus = (typeof RELEASE_STATUSES)[number]

interface NameInProject {
  readonly project: string
  readonly name: string
}

/** What a release is to take of one application: from which team pipeline, in which versions (`2.x`; null: any). */
export interface WantedApplication {
  readonly application: NameInProject
  readonly from: NameInProject
  readonly versions: string | null
}

/** One application of the release, and the newest snapshot of it that has passed. */
export interface CollectedApplication {
  /** `project/name`. */
  readonly application: string
  /** Address of its team pipeline; absent when it has the address of the application. */
  readonly from?: string
  readonly versions: string
  readonly taken?: {
    readonly snapshot: Digest
    readonly version: string
    /** Place in the order of passes: only a higher one replaces it. */
    readonly ordinal: number
    /** The run in which it passed. */
    readonly run: string
  }
  /** Takes no newer one: kept as it is, or chosen by a person. */
  readonly hold?: 'frozen' | 'pinned'
}

export interface ReleaseState extends StateHead {
  readonly v: 1
  /** Plan of the run that was started last. */
  readonly plan: Digest | null
  readonly status: ReleaseStatus
  readonly since: Instant
  readonly project: string
  readonly name: string
  /** Number of the set that is collected now; each change of the contents makes another one. */
  readonly set: number
  readonly applications: readonly CollectedApplication[]
  /** Number of the run that was started last, which run it is, and the set that it delivers. */
  readonly number: number
  readonly run: string | null
  readonly runSet: number | null
}

export type ReleaseEvent =
  | {
      readonly type: 'release_planned'
      readonly project: string
      readonly name: string
      readonly applications: readonly WantedApplication[]
    }
  | {
      readonly type: 'application_passed'
      readonly application: NameInProject
      readonly snapshot: Digest
      readonly version: string
      readonly ordinal: number
      readonly run: string
    }
  /** Keeps what is collected of this application, whatever passes later. */
  | { readonly type: 'application_frozen'; readonly application: NameInProject }
  /** A person chooses a snapshot that has passed. */
  | {
      readonly type: 'application_pinned'
      readonly application: NameInProject
      readonly snapshot: Digest
      readonly version: string
      readonly ordinal: number
      readonly run: string
    }
  /** Takes newer ones again. */
  | { readonly type: 'application_unfrozen'; readonly application: NameInProject }
  /** Its definition names other applications, pipelines or versions. What still fits stays collected. */
  | { readonly type: 'contents_changed'; readonly applications: readonly WantedApplication[] }
  /** A person starts it with a plan that was made for this set, as the run that got this number. */
  | {
      readonly type: 'release_started'
      readonly plan: Digest
      readonly set: number
      readonly run: RunId
      readonly number: number
    }
  | {
      readonly type: 'child_finished'
      readonly child: string
      readonly node: string
      readonly attempt: number
      readonly outcome: Outcome
      readonly reason?: string
    }
  | { readonly type: 'abort_requested'; readonly reason: string }
  /** It will not be delivered. */
  | { readonly type: 'release_cancelled'; readonly reason: string }
  | { readonly type: 'woken' }

export const RELEASE_REFUSALS = [
  'not_created',
  'already_created',
  'already_finished',
  'no_applications',
  'too_many_applications',
  'same_application_twice',
  'bad_version_range',
  'no_such_application',
  'not_newer',
  'version_out_of_range',
  'version_too_long',
  'application_frozen',
  'application_not_frozen',
  'nothing_collected',
  'release_is_running',
  'release_is_not_running',
  'not_all_collected',
  'set_changed',
  'stale_attempt',
  'reason_missing',
] as const
export type ReleaseRefusal = (typeof RELEASE_REFUSALS)[number]
export type ReleaseTransition = Transition<ReleaseState, Effect, ReleaseRefusal>

export const RELEASE_APPLICATIONS_MAX = 50
export const RELEASE_VERSION_LENGTH_MAX = 48
/** What the applications of one release may take up in its state; long names leave room for fewer applications. */
const APPLICATIONS_BYTES_MAX = 15_700
const REASON_BYTES_MAX = 200
const RUN_NODE = 'run'

/**
 * Folds one event into a release. It can start once something of every application has passed its team pipeline; the run
 * delivers exactly the set that its plan was made for, and what passes later belongs to the next set.
 */
export function reduceRelease(
  state: ReleaseState | undefined,
  event: ReleaseEvent & Occurrence,
): ReleaseTransition {
  if (event.type === 'release_planned') {
    return state === undefined ? create(event) : refuse('already_created')
  }
  if (state === undefined) return refuse('not_created')
  if (isTerminal(state)) return refuse('already_finished')
  switch (event.type) {
    case 'application_passed':
      return takePassed(state, event)
    case 'application_frozen':
      return freeze(state, event)
    case 'application_pinned':
      return pin(state, event)
    case 'application_unfrozen':
      return unfreeze(state, event)
    case 'contents_changed':
      return replaceApplications(state, event)
    case 'release_started':
      return start(state, event)
    case 'child_finished':
      return finishRun(state, event)
    case 'abort_requested':
      return abortRun(state, event.reason)
    case 'release_cancelled':
      if (state.status === 'running') return refuse('release_is_running')
      if (event.reason.trim() === '') return refuse('reason_missing')
      return accept({ ...state, status: 'cancelled', since: event.at })
    case 'woken':
      return accept(state)
  }
}

// ── collecting ───────────────────────────────────────────────────────────────────────────────

function create(
  event: Extract<ReleaseEvent, { type: 'release_planned' }> & Occurrence,
): ReleaseTransition {
  const wanted = parseWanted(event.applications)
  if (!wanted.ok) return wanted
  return accept({
    v: 1,
    id: event.self.id,
    root: event.self.root,
    plan: null,
    status: 'collecting',
    since: event.at,
    project: event.project,
    name: event.name,
    set: 1,
    applications: wanted.applications,
    number: 0,
    run: null,
    runSet: null,
  })
}

function takePassed(
  state: ReleaseState,
  event: Extract<ReleaseEvent, { type: 'application_passed' }> & Occurrence,
): ReleaseTransition {
  const found = findApplication(state, event.application)
  if (found === undefined) return refuse('no_such_application')
  const { index, collected } = found
  if (collected.hold !== undefined) return refuse('application_frozen')
  const refusal = refusalOfVersion(collected, event.version)
  if (refusal !== undefined) return refuse(refusal)
  if (collected.taken !== undefined && collected.taken.ordinal >= event.ordinal) {
    return refuse('not_newer')
  }
  const { snapshot, version, ordinal, run } = event
  const next = { ...collected, taken: { snapshot, version, ordinal, run } }
  return collect(state, state.applications.with(index, next), event.at)
}

function freeze(
  state: ReleaseState,
  event: Extract<ReleaseEvent, { type: 'application_frozen' }> & Occurrence,
): ReleaseTransition {
  if (state.status === 'running') return refuse('release_is_running')
  const found = findApplication(state, event.application)
  if (found === undefined) return refuse('no_such_application')
  if (found.collected.taken === undefined) return refuse('nothing_collected')
  if (found.collected.hold !== undefined) return refuse('application_frozen')
  const next: CollectedApplication = { ...found.collected, hold: 'frozen' }
  return accept({ ...state, applications: state.applications.with(found.index, next) })
}

function pin(
  state: ReleaseState,
  event: Extract<ReleaseEvent, { type: 'application_pinned' }> & Occurrence,
): ReleaseTransition {
  if (state.status === 'running') return refuse('release_is_running')
  const found = findApplication(state, event.application)
  if (found === undefined) return refuse('no_such_application')
  const { index, collected } = found
  const refusal = refusalOfVersion(collected, event.version)
  if (refusal !== undefined) return refuse(refusal)
  const { snapshot, version, ordinal, run } = event
  if (collected.hold === 'pinned' && collected.taken?.snapshot === snapshot) {
    return refuse('application_frozen')
  }
  const taken = { snapshot, version, ordinal, run }
  const next: CollectedApplication = { ...collected, taken, hold: 'pinned' }
  return collect(state, state.applications.with(index, next), event.at)
}

function unfreeze(
  state: ReleaseState,
  event: Extract<ReleaseEvent, { type: 'application_unfrozen' }> & Occurrence,
): ReleaseTransition {
  if (state.status === 'running') return refuse('release_is_running')
  const found = findApplication(state, event.application)
  if (found === undefined) return refuse('no_such_application')
  const { hold, ...next } = found.collected
  if (hold === undefined) return refuse('application_not_frozen')
  return accept({ ...state, applications: state.applications.with(found.index, next) })
}

function replaceApplications(
  state: ReleaseState,
  event: Extract<ReleaseEvent, { type: 'contents_changed' }> & Occurrence,
): ReleaseTransition {
  // What a run delivers was fixed when it was started; between runs the next set may become another.
  if (state.status === 'running') return refuse('release_is_running')
  const wanted = parseWanted(event.applications)
  if (!wanted.ok) return wanted
  return collect(state, keepCollected(wanted.applications, state.applications), event.at)
}

/** What was collected from the same pipeline, and still is in the range of versions, stays. */
function keepCollected(
  wanted: readonly CollectedApplication[],
  before: readonly CollectedApplication[],
): readonly CollectedApplication[] {
  return wanted.map((next) => {
    const old = before.find(({ application }) => application === next.application)
    if (old?.taken === undefined || old.from !== next.from) return next
    if (refusalOfVersion(next, old.taken.version) !== undefined) return next
    const hold = old.hold === undefined ? {} : { hold: old.hold }
    return { ...next, taken: old.taken, ...hold }
  })
}

/** Another set. Between runs it is only noted; before the first one it may make the release ready, and its owner is told. */
function collect(
  state: ReleaseState,
  applications: readonly CollectedApplication[],
  at: Instant,
): ReleaseTransition {
  const next = { ...state, applications, set: state.set + 1 }
  if (state.status !== 'collecting' && state.status !== 'ready') return accept(next)
  const status = hasCollectedAll(next) ? 'ready' : 'collecting'
  if (status === state.status) return accept(next)
  const moved = { ...next, status, since: at } as const
  return accept(moved, status === 'ready' ? [notifyOwners(moved, 'release_ready')] : [])
}

// ── running ──────────────────────────────────────────────────────────────────────────────────

function start(
  state: ReleaseState,
  event: Extract<ReleaseEvent, { type: 'release_started' }> & Occurrence,
): ReleaseTransition {
  if (state.status === 'running') return refuse('release_is_running')
  if (!hasCollectedAll(state)) return refuse('not_all_collected')
  if (event.set !== state.set) return refuse('set_changed')
  if (event.number <= state.number) return refuse('stale_attempt')
  const { plan, run, number, at: since } = event
  const parent: Address = { root: state.root, id: state.id }
  const next = { ...state, plan, status: 'running', since, number, run, runSet: state.set } as const
  return accept(next, [
    {
      type: 'start_child',
      id: run,
      node: RUN_NODE,
      attempt: number,
      event: {
        type: 'run_created',
        plan,
        parent,
        node: RUN_NODE,
        attempt: number,
        starter: event.by,
        number,
        project: state.project,
      },
    },
  ])
}

function finishRun(
  state: ReleaseState,
  event: Extract<ReleaseEvent, { type: 'child_finished' }> & Occurrence,
): ReleaseTransition {
  const isOurs = event.child === state.run && event.attempt === state.number
  if (state.status !== 'running' || event.node !== RUN_NODE || !isOurs) {
    return refuse('stale_attempt')
  }
  return accept({ ...state, status: statusAfter(event.outcome), since: event.at })
}

// A pipeline of which everything was skipped has delivered nothing.
function statusAfter(outcome: Outcome): 'succeeded' | 'failed' | 'aborted' {
  if (outcome === 'succeeded' || outcome === 'aborted') return outcome
  return 'failed'
}

function abortRun(state: ReleaseState, reason: string): ReleaseTransition {
  if (state.status !== 'running' || state.run === null) return refuse('release_is_not_running')
  const event = { type: 'abort_requested', reason: boundedText(reason, REASON_BYTES_MAX) }
  return accept(state, [{ type: 'tell', to: { root: state.root, id: state.run }, event }])
}

// ── small parts ──────────────────────────────────────────────────────────────────────────────

type Parsed =
  | { readonly ok: true; readonly applications: readonly CollectedApplication[] }
  | { readonly ok: false; readonly refusal: ReleaseRefusal }

function parseWanted(wanted: readonly WantedApplication[]): Parsed {
  if (wanted.length === 0) return refuse('no_applications')
  if (wanted.length > RELEASE_APPLICATIONS_MAX) return refuse('too_many_applications')
  const applications = wanted.map((one): CollectedApplication => {
    const [application, from] = [addressOf(one.application), addressOf(one.from)]
    const versions = one.versions ?? '*'
    return from === application ? { application, versions } : { application, from, versions }
  })
  if (applications.some(({ versions }) => parseVersionRange(versions) === undefined)) {
    return refuse('bad_version_range')
  }
  if (new Set(applications.map(({ application }) => application)).size < applications.length) {
    return refuse('same_application_twice')
  }
  let bytes = 0
  for (const one of applications) bytes += bytesWhenCollected(one)
  return bytes > APPLICATIONS_BYTES_MAX
    ? refuse('too_many_applications')
    : { ok: true, applications }
}

/** An upper bound for what it takes up in the state, whatever passes. */
function bytesWhenCollected({ application, from = '', versions }: CollectedApplication): number {
  const digestsIdsAndKeys = 232
  return (
    digestsIdsAndKeys +
    RELEASE_VERSION_LENGTH_MAX +
    3 * (application.length + from.length + versions.length) -
    2 * asciiLength(application + from + versions)
  )
}

function asciiLength(text: string): number {
  return text.match(/[\x20-\x7e]/g)?.length ?? 0
}

function refusalOfVersion(
  { versions }: CollectedApplication,
  version: string,
): 'version_out_of_range' | 'version_too_long' | undefined {
  if (version.length > RELEASE_VERSION_LENGTH_MAX) return 'version_too_long'
  const range = parseVersionRange(versions)
  return range !== undefined && matchesVersion(range, version) ? undefined : 'version_out_of_range'
}

function findApplication(
  { applications }: ReleaseState,
  wanted: NameInProject,
): { readonly index: number; readonly collected: CollectedApplication } | undefined {
  const index = applications.findIndex(({ application }) => application === addressOf(wanted))
  const collected = applications[index]
  return collected === undefined ? undefined : { index, collected }
}

function addressOf({ project, name }: NameInProject): string {
  return `${project}/${name}`
}

/** Whether something of every application has been collected: the set could be delivered. */
export function hasCollectedAll({ applications }: Pick<ReleaseState, 'applications'>): boolean {
  return applications.every(({ taken }) => taken !== undefined)
}

function notifyOwners({ id }: ReleaseState, what: string): Effect {
  return { type: 'send', effect: { type: 'notify_owners', run: id, about: id, what } }
}

function isTerminal({ status }: ReleaseState): boolean {
  return status === 'succeeded' || status === 'cancelled'
}

function runStatus({ status }: ReleaseState): RunStatus {
  switch (status) {
    case 'collecting':
      return 'pending'
    case 'ready':
    case 'running':
    case 'succeeded':
      return status
    // It waits for somebody to start it again or to give it up.
    case 'failed':
    case 'aborted':
      return 'waiting'
    case 'cancelled':
      return 'aborted'
  }
}

function waits(state: ReleaseState): Waits | undefined {
  const { status, since, number, applications } = state
  switch (status) {
    case 'collecting': {
      const passed = applications.filter(({ taken }) => taken !== undefined).length
      const what = `team pipelines: ${passed} of ${applications.length} have passed`
      return { on: 'child', what, since }
    }
    case 'ready':
      return { on: 'person', what: 'somebody to start it', since }
    case 'running':
      return { on: 'child', what: `run ${number}`, since }
    case 'failed':
    case 'aborted':
      return { on: 'person', what: `run ${number} ${status}: start it again or cancel it`, since }
    case 'succeeded':
    case 'cancelled':
      return undefined
  }
}

/** The release as the reactor sees it. */
export const releaseMachine: Machine<ReleaseState> = {
  kind: 'release',
  reduce: (state, event) => reduceRelease(state, ownEvent<ReleaseEvent>(event)),
  wakeAt: () => undefined,
  runStatus,
  waits,
  isTerminal,
}
