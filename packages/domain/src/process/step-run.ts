// The run of one step: a chain of links on each target, some targets at once, and an end that counts every target once.

import { boundedText } from '../kernel/bounded-text.ts'
import type { Effect, JobReport, Question } from '../kernel/effect.ts'
import { idFrom } from '../kernel/id.ts'
import { earliest, type Instant } from '../kernel/instant.ts'
import { assertInvariant } from '../kernel/invariant.ts'
import { ownEvent, type Machine } from '../kernel/machine.ts'
import type { Actor, Occurrence } from '../kernel/occurrence.ts'
import type { RunStatus, Waits } from '../kernel/status.ts'
import { accept, refuse, type Transition } from '../kernel/transition.ts'
import type { Plan } from '../pipeline/run-plan.ts'
import { ANSWER_WITHIN_MS, REASON_LENGTH_MAX } from '../pipeline/stage-run-state.ts'
import { judgeInstalled } from './installed-evidence.ts'
import type { LinkPlan, StepPlan } from './process-plan.ts'
import { recordInventory, recordPassedOver, recordTests } from './step-facts.ts'
import {
  ABORT_GRACE_MS,
  CANCELLED_PER_EVENT_MAX,
  FAILURES_NAMED_MAX,
  HEALTH_EVERY_MS,
  LOST_ATTEMPTS_MAX,
  OPENED_PER_EVENT_MAX,
  type EndedStepRun,
  type JobAt,
  type StepResults,
  type StepRunEvent,
  type StepRunRefusal,
  type StepRunState,
  type StoppedAt,
  type TargetCounts,
  type WorkingStepRun,
} from './step-run-state.ts'
import { change, count, linkOf, stepOf, targetOf, type Turn } from './step-turn.ts'
import { addResults } from './work-results.ts'

export type StepRunTransition = Transition<StepRunState, Effect, StepRunRefusal>

type EventOf<T extends StepRunEvent['type']> = Extract<StepRunEvent, { type: T }> & Occurrence

/**
 * Folds one event into a step run. Never more than `atOnce` targets are open or unknown, nothing new is opened after
 * an abort or after `stopAfter` bad ends, and at the end every target of the plan is counted exactly once.
 */
export function reduceStepRun(
  state: StepRunState | undefined,
  event: StepRunEvent & Occurrence,
  plan: Plan | undefined,
): StepRunTransition {
  assertInvariant(plan !== undefined, 'a step run has a plan')
  if (event.type === 'step_created') {
    return state === undefined ? create(event, plan) : refuse('already_finished')
  }
  if (state === undefined) return refuse('not_created')
  if (isEnded(state)) return refuse('already_finished')
  const turn: Turn = { plan, step: stepOf(plan, state.step), event, effects: [], jobs: [], state }
  switch (event.type) {
    case 'job_finished':
      if (!isOpen(turn, event)) return refuse('not_waiting_for_this')
      count(turn, { open: -1 })
      recordTests(turn, event, event.report)
      endJob(turn, event, event.report)
      return goOn(turn)
    case 'job_lost':
      if (!isOpen(turn, event)) return refuse('not_waiting_for_this')
      count(turn, { open: -1 })
      loseJob(turn, event)
      return goOn(turn)
    case 'jobs_cancelled':
      return cancelJobs(turn, event)
    case 'unknown_resolved':
      return resolveUnknown(turn, event)
    case 'health_answered':
      return answerHealth(turn, event)
    case 'abort_requested':
      return abort(turn, event.reason)
    case 'woken':
      if (isHealthDue(turn)) askHealth(turn)
      return goOn(turn)
  }
}

// ── beginning and end ──────────────────────────────────────────────────────────────────────────

const NOTHING: TargetCounts = {
  open: 0,
  succeeded: 0,
  failed: 0,
  errored: 0,
  aborted: 0,
  skipped: 0,
  unknown: 0,
}

function create(event: EventOf<'step_created'>, plan: Plan): StepRunTransition {
  const { resume } = event
  const before = resume && { succeeded: resume.succeeded, skipped: resume.skipped }
  const state: WorkingStepRun = {
    v: 1,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the reactor addresses by kind
    id: event.self.id as WorkingStepRun['id'],
    root: event.self.root,
    plan: event.plan,
    status: 'running',
    parent: event.parent,
    node: event.node,
    attempt: event.attempt,
    step: event.step,
    environment: event.environment,
    lockToken: event.lockToken,
    always: event.always,
    starter: event.starter,
    counts: { ...NOTHING, ...before },
    cursor: resume?.cursor ?? 0,
    since: event.at,
    reason: null,
    batch: resume?.batch ?? { from: 0, opened: 0 },
    health: null,
    unhealthy: false,
    again: resume?.again ?? [],
    failures: [],
    goOnAt: null,
    results: {},
  }
  return goOn({ plan, step: stepOf(plan, event.step), event, effects: [], jobs: [], state })
}

/** Opens what may be opened, and ends the run when nothing is left to do. */
function goOn(turn: Turn): StepRunTransition {
  openTargets(turn)
  const { counts, status } = turn.state
  if (status === 'aborting' && counts.open === 0) return finish(turn)
  if (status !== 'aborting' && counts.open + counts.unknown === 0) {
    if (isBatchToJudge(turn)) askHealth(turn)
    if (turn.state.health === null && turn.state.goOnAt === null) return finish(turn)
  }
  return settle(turn)
}

function settle(turn: Turn): StepRunTransition {
  const { state } = turn
  const status =
    state.status === 'aborting' ? 'aborting' : state.counts.unknown > 0 ? 'waiting' : 'running'
  if (status !== state.status) change(turn, { status, since: turn.event.at })
  if (turn.jobs.length > 0) turn.effects.push({ type: 'open_jobs', jobs: turn.jobs })
  return accept(turn.state, turn.effects)
}

function finish(turn: Turn): StepRunTransition {
  const { state, step, event } = turn
  const rest = restOf(step, state)
  const counts = {
    ...state.counts,
    skipped: state.counts.skipped + rest.skipped,
    aborted: state.counts.aborted + rest.run,
  }
  const outcome = outcomeOf(state)
  const reason = reasonOf(state)
  const ended: EndedStepRun = {
    v: 1,
    id: state.id,
    root: state.root,
    plan: state.plan,
    status: outcome,
    parent: state.parent,
    node: state.node,
    attempt: state.attempt,
    step: state.step,
    environment: state.environment,
    lockToken: state.lockToken,
    always: state.always,
    starter: state.starter,
    counts,
    cursor: state.cursor,
    since: event.at,
    reason,
  }
  const results: StepResults = { ...state.results, counts, ...resumeOf(step, state) }
  turn.effects.push({
    type: 'tell',
    to: state.parent,
    event: {
      type: 'child_finished',
      child: state.id,
      node: state.node,
      attempt: state.attempt,
      outcome,
      results,
      ...(reason === null ? {} : { reason }),
    },
  })
  return accept(ended, turn.effects)
}

function outcomeOf(state: WorkingStepRun): EndedStepRun['status'] {
  const { failed, errored, aborted } = state.counts
  if (state.status === 'aborting') return 'aborted'
  if (failed > 0 || state.unhealthy) return 'failed'
  if (errored > 0) return 'errored'
  return aborted > 0 ? 'aborted' : 'succeeded'
}

function reasonOf(state: WorkingStepRun): string | null {
  const more = badEnds(state.counts) - 1
  if (state.reason === null || state.status === 'aborting' || more < 1) return state.reason
  return bounded(state.reason, `, and ${more} more`)
}

/** The targets that were never reached: what a rule or person stopped, and what needed nothing anyway. */
function restOf(step: StepPlan, state: WorkingStepRun): { skipped: number; run: number } {
  let skipped = 0
  for (let index = state.cursor; index < step.targets.length; index += 1) {
    if (step.targets[index]?.action === 'skip') skipped += 1
  }
  return {
    skipped,
    run: step.targets.length - state.cursor - skipped + state.again.length,
  }
}

function resumeOf(step: StepPlan, state: WorkingStepRun): Pick<StepResults, 'resume'> {
  const { failures, counts, cursor, batch } = state
  if (step.onError !== 'ask' || state.status === 'aborting' || failures === null) return {}
  const again = [...state.again, ...failures]
  if (again.length > FAILURES_NAMED_MAX) return {}
  // A target of an earlier batch that is tried again is judged with the batch in hand.
  const from = Math.min(batch.from, ...again.map(([target]) => target))
  const { succeeded, skipped } = counts
  return { resume: { cursor, succeeded, skipped, again, batch: { ...batch, from } } }
}

// ── opening ────────────────────────────────────────────────────────────────────────────────────

function openTargets(turn: Turn): void {
  const { step } = turn
  change(turn, { goOnAt: null })
  while (mayOpen(turn)) {
    if (turn.jobs.length >= OPENED_PER_EVENT_MAX) return change(turn, { goOnAt: turn.event.at })
    const [first, ...again] = turn.state.again
    if (first !== undefined) {
      change(turn, { again })
      openJob(turn, { target: first[0], link: first[1], attempt: 1 }, 'person')
      continue
    }
    const { cursor, batch } = turn.state
    if (step.health !== null && batch.opened >= step.atOnce) return
    change(turn, { cursor: cursor + 1, batch: { ...batch, opened: batch.opened + 1 } })
    openJob(turn, { target: cursor, link: 0, attempt: 1 }, null)
  }
}

/** Whether there is a next target and it may begin. Passes over targets that need nothing. */
function mayOpen(turn: Turn): boolean {
  const { step, state } = turn
  if (state.status === 'aborting' || state.health !== null || hasStopped(turn)) return false
  let cursor = state.cursor
  while (step.targets[cursor]?.action === 'skip') cursor += 1
  if (cursor > state.cursor) {
    const passed = cursor - state.cursor
    for (let at = state.cursor; at < cursor; at += 1) recordPassedOver(turn, at)
    change(turn, { cursor })
    count(turn, { skipped: passed })
  }
  const hasNext = state.again.length > 0 || cursor < step.targets.length
  return hasNext && state.counts.open + state.counts.unknown < step.atOnce
}

/** Lost contact counts as a bad end here: what nobody can prove must not spread. */
function hasStopped({ state, step }: Turn): boolean {
  return state.unhealthy || badEnds(state.counts) + state.counts.unknown >= step.stopAfter
}

function badEnds({ failed, errored, aborted }: TargetCounts): number {
  return failed + errored + aborted
}

function openJob(
  turn: Turn,
  at: Omit<JobAt, 'job'>,
  cause: 'retry_rule' | 'lost' | 'person' | null,
  notBefore: Instant | null = null,
): void {
  const { state, step, event } = turn
  count(turn, { open: 1 })
  const target = targetOf(step, at)
  turn.jobs.push({
    id: idFrom(event.ids, 'job', turn.jobs.length),
    plan: state.plan,
    step: state.step,
    link: at.link,
    target: at.target,
    attempt: at.attempt,
    cause,
    pool: target.pool,
    environment: state.environment,
    lockToken: state.lockToken,
    always: state.always,
    notBefore,
    timeoutMs: linkOf(step, at).timeoutMs,
  })
}

// ── jobs ───────────────────────────────────────────────────────────────────────────────────────

function isOpen({ state, step }: Turn, at: JobAt): boolean {
  return state.counts.open > 0 && isReached(state, step, at)
}

function isReached(state: WorkingStepRun, step: StepPlan, at: JobAt): boolean {
  return (
    at.target < state.cursor &&
    step.targets[at.target]?.action === 'run' &&
    step.links[at.link] !== undefined
  )
}

/** What follows from the end of one job: the next link, another attempt, or the end of its target. */
function endJob(turn: Turn, at: JobAt, reported: JobReport): void {
  const { state, step, event } = turn
  const link = linkOf(step, at)
  const isLast = at.link === step.links.length - 1
  const report = isLast ? judgeInstalled(step, targetOf(step, at), reported) : reported
  const isBad = report.outcome === 'failed' || report.outcome === 'errored'
  const goesOn =
    report.outcome === 'succeeded' ||
    // A resource that runs the wrong bits is not a failure that a step may pass over.
    (link.onError.action === 'continue' && isBad && report === reported)
  const isAborting = state.status === 'aborting'
  if (!goesOn && isBad && !isAborting && mayRetry(link, at)) {
    const every = link.onError.action === 'retry' ? link.onError.everyMs : 0
    return openJob(turn, { ...at, attempt: at.attempt + 1 }, 'retry_rule', event.at + every)
  }
  change(turn, { results: addResults(state.results, reported) })
  if (!goesOn) return endTarget(turn, at, report.outcome, report)
  if (isLast) return endTarget(turn, at, 'succeeded', report)
  if (isAborting) return endTarget(turn, at, 'aborted', report)
  openJob(turn, { target: at.target, link: at.link + 1, attempt: 1 }, null)
}

function mayRetry(link: LinkPlan, at: JobAt): boolean {
  return link.onError.action === 'retry' && at.attempt <= link.onError.times
}

function endTarget(
  turn: Turn,
  at: JobAt,
  bucket: 'succeeded' | 'failed' | 'errored' | 'aborted',
  report: JobReport,
): void {
  count(turn, { [bucket]: 1 })
  const isDone = bucket === 'succeeded' && report.outcome === 'succeeded'
  recordInventory(turn, at, isDone ? 'done' : 'broken', report.runs)
  if (bucket !== 'succeeded') noteFailure(turn, at, report.reason ?? bucket)
}

function noteFailure(turn: Turn, at: JobAt, reason: string): void {
  const { failures } = turn.state
  const where = `${linkOf(turn.step, at).name} on ${targetOf(turn.step, at).resource}`
  const stopped: StoppedAt = [at.target, at.link]
  change(turn, {
    failures:
      failures === null || failures.length >= FAILURES_NAMED_MAX ? null : [...failures, stopped],
    reason: turn.state.reason ?? bounded(`${where}: ${reason}`),
  })
}

function loseJob(turn: Turn, at: JobAt): void {
  const { state, step } = turn
  recordInventory(turn, at, 'lost', undefined)
  const isRepeatable =
    linkOf(step, at).onLost === 'retry' &&
    at.attempt < LOST_ATTEMPTS_MAX &&
    state.status !== 'aborting'
  if (isRepeatable) {
    // Its late end would be taken for that of a target which somebody has to decide about.
    turn.effects.push({ type: 'close_jobs', jobs: [at.job], outcome: 'superseded' })
    return openJob(turn, { ...at, attempt: at.attempt + 1 }, 'lost')
  }
  count(turn, { unknown: 1 })
  if (state.counts.unknown > 0) return
  turn.effects.push({
    type: 'send',
    effect: { type: 'notify_owners', run: state.root, about: state.id, what: 'unknown' },
  })
}

function resolveUnknown(turn: Turn, event: EventOf<'unknown_resolved'>): StepRunTransition {
  const { state, step } = turn
  if (state.counts.unknown === 0) return refuse('not_unknown')
  if (!isReached(state, step, event)) return refuse('not_waiting_for_this')
  const reason = event.reason?.trim() ?? ''
  if (isPerson(event.by) && reason === '') return refuse('reason_missing')
  count(turn, { unknown: -1 })
  if (event.verdict === 'ran') {
    const report = event.report ?? { outcome: 'succeeded', exitCode: null, reason }
    recordTests(turn, event, report)
    endJob(turn, event, report)
  } else if (state.status === 'aborting') {
    endTarget(turn, event, 'aborted', { outcome: 'aborted', exitCode: null, reason })
  } else {
    const cause = isPerson(event.by) ? 'person' : 'lost'
    openJob(turn, { ...event, attempt: event.attempt + 1 }, cause)
  }
  return goOn(turn)
}

// ── stopping ───────────────────────────────────────────────────────────────────────────────────

function abort(turn: Turn, reason: string): StepRunTransition {
  if (turn.state.status === 'aborting') return refuse('already_aborting')
  change(turn, { status: 'aborting', since: turn.event.at, health: null, reason: bounded(reason) })
  if (turn.state.counts.open > 0) {
    turn.effects.push({ type: 'cancel_jobs', graceMs: ABORT_GRACE_MS })
  }
  return goOn(turn)
}

function cancelJobs(turn: Turn, event: EventOf<'jobs_cancelled'>): StepRunTransition {
  const { state, step } = turn
  assertInvariant(event.jobs.length <= CANCELLED_PER_EVENT_MAX, 'jobs are cancelled in slices')
  const areOpen =
    event.jobs.length <= state.counts.open && event.jobs.every((at) => isReached(state, step, at))
  if (state.status !== 'aborting' || !areOpen) return refuse('not_waiting_for_this')
  for (const at of event.jobs) {
    count(turn, { open: -1, aborted: 1 })
    // Before the first link nothing was touched: what the inventory says of this resource stays true.
    if (at.link > 0 || at.attempt > 1) recordInventory(turn, at, 'broken', undefined)
  }
  return goOn(turn)
}

// ── health of a batch ──────────────────────────────────────────────────────────────────────────

function isBatchToJudge(turn: Turn): boolean {
  const { state, step } = turn
  return (
    step.health !== null &&
    state.health === null &&
    state.goOnAt === null &&
    state.batch.opened > 0 &&
    !hasStopped(turn)
  )
}

function askHealth(turn: Turn): void {
  const { state, step, event } = turn
  const round = (state.health?.round ?? 0) + 1
  const since = state.health?.since ?? event.at
  change(turn, { health: { round, since, asked: true, wakeAt: event.at + ANSWER_WITHIN_MS } })
  turn.effects.push({ type: 'ask', question: healthOf(step, state, round) })
}

function healthOf(step: StepPlan, state: WorkingStepRun, round: number): Question {
  const targets: number[] = []
  for (let index = state.batch.from; index < state.cursor; index += 1) {
    if (step.targets[index]?.action === 'run') targets.push(index)
  }
  return { type: 'ask_health', targets, round }
}

function isHealthDue({ state, event }: Turn): boolean {
  return state.health !== null && event.at >= state.health.wakeAt
}

function answerHealth(turn: Turn, event: EventOf<'health_answered'>): StepRunTransition {
  const { state, step } = turn
  const { health } = state
  if (health === null || step.health === null || !health.asked) return refuse('not_asked')
  if (health.round !== event.round) return refuse('stale_round')
  if (event.healthy) {
    change(turn, { health: null, batch: { from: state.cursor, opened: 0 } })
    return goOn(turn)
  }
  const until = health.since + step.health.withinMs
  if (event.at < until) {
    const wakeAt = Math.min(event.at + HEALTH_EVERY_MS, until)
    change(turn, { health: { ...health, asked: false, wakeAt } })
    return settle(turn)
  }
  const reason = bounded(`not healthy: ${event.detail}`)
  change(turn, { health: null, unhealthy: true, reason: state.reason ?? reason })
  return goOn(turn)
}

// ── small parts ────────────────────────────────────────────────────────────────────────────────

function isPerson(by: Actor): boolean {
  return by.startsWith('user:') || by.startsWith('token:')
}

function bounded(text: string, end = ''): string {
  return boundedText(text, REASON_LENGTH_MAX - end.length) + end
}

// ── the outside ────────────────────────────────────────────────────────────────────────────────

function isEnded(state: StepRunState): state is EndedStepRun {
  return (
    state.status === 'succeeded' ||
    state.status === 'failed' ||
    state.status === 'errored' ||
    state.status === 'aborted'
  )
}

function wakeAt(state: StepRunState): Instant | undefined {
  if (isEnded(state)) return undefined
  return earliest(state.goOnAt ?? undefined, state.health?.wakeAt)
}

function unanswered(state: StepRunState, plan: Plan | undefined): readonly Question[] {
  if (plan === undefined || isEnded(state) || state.health?.asked !== true) return []
  return [healthOf(stepOf(plan, state.step), state, state.health.round)]
}

function waits(state: StepRunState): Waits | undefined {
  if (isEnded(state)) return undefined
  if (state.counts.unknown > 0) {
    const lost = state.counts.unknown
    const what = `contact was lost to ${lost === 1 ? 'one target' : `${lost} targets`}`
    return { on: 'person', what, since: state.since }
  }
  if (state.health === null) return undefined
  return { on: 'check', what: 'health of the batch', since: state.health.since }
}

/** The reducer of step runs as the reactor sees it. */
export const stepRunMachine: Machine<StepRunState> = {
  kind: 'step_run',
  reduce: (state, event, plan) => reduceStepRun(state, ownEvent<StepRunEvent>(event), plan),
  wakeAt,
  runStatus: (state): RunStatus => (state.status === 'aborting' ? 'running' : state.status),
  waits,
  isTerminal: isEnded,
  unanswered,
}
