// Tasks, steps and jobs of a run as people read them, also those that have not begun.

import type { Job, Step, Task, WaitsFor } from '@lockstep/contract'
import {
  findAwaited,
  findStep,
  idOf,
  isKept,
  isTerminalStatus,
  uuidOf,
  type ProcessPlan,
  type RunStatus,
  type StagePlan,
  type StageRunState,
  type StepPlan,
  type StepRunState,
  type TaskPlan,
  type TaskSlot,
  type TestCounts,
  type Waits,
} from '@lockstep/domain'
import type * as z from 'zod/mini'

import { isPart, type Part } from '../postgres/read/part-rows.ts'
import type { JobRow } from '../postgres/read/run-jobs.ts'
import type { RunView } from '../postgres/read/run-view.ts'
import { oneOf } from './approval-words.ts'
import { timestampOf } from './present.ts'

type View<Schema extends z.core.$ZodType> = z.output<Schema>

/** A task with the stage that it belongs to, as it stands. */
export interface TaskPlace {
  readonly view: RunView
  readonly stageIndex: number
  readonly stage: StagePlan
  /** The stage run that counts; undefined when the stage was not reached. */
  readonly state: StageRunState | undefined
  readonly index: number
  readonly task: TaskPlan
}

const NOT_BEGUN: TaskSlot = { status: 'pending', attempt: 1, round: 0 }

/** One task of a stage. What it did before a restart is shown when it was kept. */
export function presentTask(place: TaskPlace): View<typeof Task> {
  const { view, stage, index, task } = place
  const slot = place.state?.tasks[index] ?? NOT_BEGUN
  const part = partOf(place, slot)
  const steps = presentSteps(place, part)
  const waitsFor = waitsOfTask(place, slot, part, steps)
  const { application, from, to } = versionsOf(place, part)
  return {
    key: task.key,
    title: task.title,
    groups: [...task.groups],
    kind: kindOf(task),
    address: `${view.head.address}/${stage.name}/${task.key}`,
    state: stateOf(slot, part, steps, waitsFor),
    attempt: slot.attempt,
    reason: slot.reason ?? null,
    since: slot.since === undefined ? null : timestampOf(slot.since),
    startedAt: dateOrNull(part?.createdAt),
    finishedAt: part === undefined ? finishedBySlot(slot) : dateOrNull(part.finishedAt),
    waitsFor,
    application,
    from,
    to,
    run: isPart(part, 'pipeline_run') ? idOf('run', uuidOf(part.id)) : null,
    manual:
      task.work.kind === 'manual'
        ? { by: task.work.by.map(({ name }) => name), instructions: task.work.instructions }
        : null,
    steps: [...steps],
    tests: testsOf(steps),
  }
}

/** What a task does, in the words of definitions: `build`, `deploy`, `manual`. */
export function kindOf({ work }: TaskPlan): string {
  if (work.kind === 'work') return work.purpose
  return work.kind === 'process' ? work.process : work.kind
}

/** The run that works for the task, or did; of a kept task the one from before the restart. */
function partOf({ view, stageIndex, state, index }: TaskPlace, slot: TaskSlot): Part | undefined {
  const part = view.parts.get(`${stageIndex}/${index}`)
  if (part === undefined || state === undefined) return undefined
  if (part.parent !== state.id) return isKept(slot) ? part : undefined
  return slot.status === 'pending' && slot.child === undefined ? undefined : part
}

function finishedBySlot(slot: TaskSlot): string | null {
  return isTerminalStatus(slot.status) && slot.since !== undefined ? timestampOf(slot.since) : null
}

function stateOf(
  slot: TaskSlot,
  part: Part | undefined,
  steps: readonly View<typeof Step>[],
  waitsFor: View<typeof WaitsFor> | null,
): RunStatus {
  if (slot.doing !== 'child') return slot.status
  if (isPart(part, 'step_run') && steps[0]?.state === 'unknown') return 'unknown'
  return waitsFor?.on === 'person' ? 'waiting' : slot.status
}

function versionsOf(
  { view, stage, task }: TaskPlace,
  part: Part | undefined,
): {
  readonly application: string | null
  readonly from: string | null
  readonly to: string | null
} {
  const { work } = task
  if (work.kind === 'process') {
    const name = `${work.application.project}/${work.application.name}`
    const plan = processPlanOf(view, task, part)
    const environment = stage.environment?.id
    const runs = environment === undefined ? undefined : view.versions.get(environment)?.get(name)
    return {
      application: work.application.name,
      from: plan === undefined ? (runs ?? null) : plan.from,
      to: plan?.snapshot?.version ?? bringsVersion(view, name),
    }
  }
  if (work.kind === 'snapshot') {
    const name = `${work.application.project}/${work.application.name}`
    return { application: work.application.name, from: null, to: bringsVersion(view, name) }
  }
  const application = work.kind === 'work' ? (work.application?.name ?? null) : null
  return { application, from: null, to: null }
}

function bringsVersion(view: RunView, application: string): string | null {
  const planned = view.plan.brings.find(
    (one) => `${one.application.project}/${one.application.name}` === application,
  )
  return planned?.version ?? view.made.get(application)?.version ?? null
}

function processPlanOf(
  view: RunView,
  task: TaskPlan,
  part: Part | undefined,
): ProcessPlan | undefined {
  const planned = task.work.kind === 'process' ? task.work.plan : null
  const digest = isPart(part, 'process_run') ? part.state.plan : planned
  const plan = digest === null ? undefined : view.plans.get(digest)
  return plan?.kind === 'process' ? plan : undefined
}

// ── steps ────────────────────────────────────────────────────────────────────────────────────

function presentSteps(place: TaskPlace, part: Part | undefined): readonly View<typeof Step>[] {
  const { view, task } = place
  const environment = place.stage.environment?.name ?? null
  if (task.work.kind === 'work') {
    const run = isPart(part, 'step_run') ? part : undefined
    return [presentStep(view, task.work.step, { run, environment })]
  }
  const plan = processPlanOf(view, task, part)
  if (plan === undefined) return []
  const process = isPart(part, 'process_run') ? part : undefined
  return plan.steps.map((step, index) => {
    const slot = process?.state.steps[index]
    return presentStep(view, step, {
      run: process === undefined ? undefined : view.steps.get(`${process.id}/${step.key}`),
      environment,
      ...(slot === undefined ? {} : { status: slot.status }),
      ...(process === undefined ? {} : { process }),
    })
  })
}

interface StepPlace {
  readonly run: Part<'step_run'> | undefined
  /** Where it works: agents have to be assigned there. */
  readonly environment: string | null
  /** Where its process says that it is. */
  readonly status?: RunStatus
  readonly process?: Part<'process_run'>
}

/** Resources that are passed over and named; of more the first. */
const PASSED_OVER_MAX = 200

function presentStep(view: RunView, step: StepPlan, place: StepPlace): View<typeof Step> {
  const { run, status } = place
  const jobs = run === undefined ? [] : (view.jobs.get(run.id) ?? [])
  const passedOver = step.targets.filter(({ action }) => action === 'skip')
  const counts = run?.state.counts
  return {
    id: run === undefined ? null : idOf('stp', uuidOf(run.id)),
    key: step.key,
    title: step.title,
    component: step.component,
    state: stepState(run, status),
    targets: step.targets.length,
    succeeded: counts?.succeeded ?? 0,
    skipped: counts?.skipped ?? (status === 'skipped' ? step.targets.length : 0),
    failed: counts === undefined ? 0 : counts.failed + counts.errored + counts.aborted,
    unknown: counts?.unknown ?? 0,
    reason: run?.state.reason ?? null,
    waitsFor: waitsOfStep(view, step, place, jobs),
    startedAt: dateOrNull(run?.createdAt),
    finishedAt: dateOrNull(run?.finishedAt),
    needs: [...step.needs],
    passedOver: passedOver
      .slice(0, PASSED_OVER_MAX)
      .map(({ resource, reason }) => ({ resource, reason: reason ?? '' })),
    jobs: jobs
      .toSorted((a, b) => a.target - b.target || a.link - b.link || a.attempt - b.attempt)
      .map((job) => presentJob(step, job)),
  }
}

function stepState(run: Part<'step_run'> | undefined, status: RunStatus | undefined): RunStatus {
  if (status !== undefined && (isTerminalStatus(status) || status === 'waiting')) return status
  if (run === undefined) return status ?? 'pending'
  if (run.finishedAt === null && run.state.counts.unknown > 0) return 'unknown'
  return run.status
}

function presentJob(step: StepPlan, job: JobRow): View<typeof Job> {
  const { outcome } = job
  return {
    id: job.id,
    step: job.step,
    link: step.links[job.link]?.name ?? String(job.link),
    resource: resourceOf(step, job),
    state: job.state,
    attempt: job.attempt,
    cause: job.cause,
    agent: job.agent,
    startedAt: dateOrNull(job.startedAt),
    finishedAt: dateOrNull(job.finishedAt),
    noContactSince: dateOrNull(job.noContactSince),
    exitCode: outcome?.exitCode ?? null,
    reason: outcome?.reason ?? null,
    code: outcome?.code ?? null,
    runs: outcome?.runs ?? null,
    tests: outcome?.tests === undefined ? null : presentTests(outcome.tests),
    logLength: job.logLength,
  }
}

/** The name of the resource that a job works on. */
export function resourceOf(step: StepPlan, job: JobRow): string {
  return step.targets[job.target]?.resource ?? String(job.target)
}

/** The step of the plan that a job belongs to. */
export function stepOfJob(view: RunView, job: JobRow): StepPlan | undefined {
  const plan = job.plan === view.head.plan ? view.plan : view.plans.get(job.plan)
  return plan === undefined ? undefined : findStep(plan, job.step)
}

function presentTests(tests: TestCounts): View<typeof Job>['tests'] {
  return { ...tests, failures: [...tests.failures] }
}

const FAILURES_NAMED_MAX = 20

/** The counts of the newest job of each resource together; null when no test has reported. */
function testsOf(steps: readonly View<typeof Step>[]): View<typeof Task>['tests'] {
  const newest = new Map<string, NonNullable<View<typeof Job>['tests']>>()
  for (const step of steps) {
    for (const job of step.jobs) {
      if (job.tests !== null) newest.set(`${step.key}@${job.resource}`, job.tests)
    }
  }
  if (newest.size === 0) return null
  const sum = { total: 0, passed: 0, failed: 0, skipped: 0, newFailures: 0 }
  const failures: string[] = []
  for (const tests of newest.values()) {
    sum.total += tests.total
    sum.passed += tests.passed
    sum.failed += tests.failed
    sum.skipped += tests.skipped
    sum.newFailures += tests.newFailures
    failures.push(...tests.failures)
  }
  return { ...sum, failures: failures.slice(0, FAILURES_NAMED_MAX) }
}

// ── whom they wait for ───────────────────────────────────────────────────────────────────────

type Waiting = View<typeof WaitsFor>

function waitsOfStep(
  view: RunView,
  step: StepPlan,
  { run, status, process, environment }: StepPlace,
  jobs: readonly JobRow[],
): Waiting | null {
  if (status === 'waiting' && process !== undefined) {
    return {
      on: 'person',
      what: `step "${step.title}" did not succeed: retry or skip it, or abort the run`,
      since: timestampOf(process.state.since),
      until: null,
    }
  }
  if (run === undefined || run.finishedAt !== null) return null
  if (run.waits !== null) {
    const lost = jobs.filter((job) => job.state === 'unknown')
    const where = [...new Set(lost.map((job) => resourceOf(step, job)))].join(', ')
    const what =
      lost.length === 0
        ? `step "${step.title}": ${run.waits.what}`
        : `step "${step.title}" on ${where}: nobody knows what happened. Resolve it, or wait for the agent`
    return { ...waitsFrom(run.waits), what }
  }
  return waitsForAgent(view, step, { state: run.state, environment }, jobs)
}

/** Everything that is open lies there without an agent: it waits for one. */
function waitsForAgent(
  { run }: RunView,
  step: StepPlan,
  { state, environment }: { readonly state: StepRunState; readonly environment: string | null },
  jobs: readonly JobRow[],
): Waiting | null {
  const open = jobs.filter((job) => !isTerminalStatus(job.state))
  const [first] = open
  if (first === undefined || open.some((job) => job.isHeld) || run.state.paused !== null) {
    return null
  }
  const label = /^label:(.+)$/.exec(first.pool)?.[1]
  const who =
    label === undefined
      ? `agent ${resourceOf(step, first)}`
      : label === 'any'
        ? 'an agent'
        : `an agent with label ${label}`
  // To be assigned to the project alone is not enough there.
  const where = environment === null ? '' : ` assigned to environment ${environment}`
  return {
    on: 'agent',
    what: `${who}${where} for "${step.title}"`,
    since: timestampOf(state.since),
    until: null,
  }
}

function waitsFrom({ on, what, since, until }: Waits): Waiting {
  return {
    on,
    what,
    since: timestampOf(since),
    until: until === undefined ? null : timestampOf(until),
  }
}

function waitsOfTask(
  { view, stage, state, task }: TaskPlace,
  slot: TaskSlot,
  part: Part | undefined,
  steps: readonly View<typeof Step>[],
): Waiting | null {
  if (state === undefined) return null
  const since = timestampOf(slot.since ?? state.waitsSince ?? view.run.createdAt.getTime())
  if (isTerminalStatus(slot.status)) return waitsAfterFailure(state, task, slot, since)
  const until = slot.wakeAt === undefined ? null : timestampOf(slot.wakeAt)
  switch (slot.doing ?? null) {
    case null:
      return null
    case 'person':
      return { on: 'person', what: personFor(task, slot), since, until: null }
    case 'lock': {
      const awaited = view.awaited.get(findAwaited(state, stage) ?? '')
      const name = awaited?.name ?? stage.environment?.name ?? ''
      const by = (awaited?.holder ?? null) === null ? '' : `, held by ${awaited?.holder}`
      return { on: 'lock', what: `environment ${name}${by}`, since, until: null }
    }
    case 'time':
      return { on: 'time', what: slot.reason ?? `"${task.title}"`, since, until }
    case 'condition':
      return { on: 'check', what: `the condition of "${task.title}"`, since, until: null }
    case 'plan':
      return { on: 'check', what: `the plan of "${task.title}"`, since, until: null }
    case 'answer':
      return { on: 'check', what: slot.reason ?? `"${task.title}"`, since, until: null }
    case 'child':
      return waitsOfChild(task, part, steps, since)
  }
}

function waitsAfterFailure(
  state: StageRunState,
  task: TaskPlan,
  slot: TaskSlot,
  since: string,
): Waiting | null {
  const isGood = slot.status === 'succeeded' || slot.status === 'skipped'
  if (isGood || slot.passedOver === true || state.waitsSince === null) return null
  const what = `"${task.title}" ${slot.status}: retry or skip it, restart from an earlier task, or abort the run`
  return { on: 'person', what, since, until: null }
}

function personFor(task: TaskPlan, slot: TaskSlot): string {
  if (task.work.kind === 'manual') {
    const who = task.work.by.length === 0 ? 'somebody' : oneOf(task.work.by)
    return `${who} to do "${task.title}"`
  }
  return `"${task.title}": ${slot.reason ?? 'a decision'}`
}

function waitsOfChild(
  task: TaskPlan,
  part: Part | undefined,
  steps: readonly View<typeof Step>[],
  since: string,
): Waiting | null {
  const waiting = steps.flatMap(({ waitsFor }) => (waitsFor === null ? [] : [waitsFor]))
  const [urgent] = waiting.toSorted((a, b) => urgencyOf(a.on) - urgencyOf(b.on))
  const isMoving = steps.some(({ jobs }) => jobs.some(({ state }) => state === 'running'))
  if (urgent !== undefined && (urgent.on === 'person' || !isMoving)) return urgent
  if (!isPart(part, 'pipeline_run')) return null
  return { on: 'child', what: `the pipeline of "${task.title}"`, since, until: null }
}

const URGENCY: readonly Waiting['on'][] = ['person', 'agent', 'lock', 'time', 'check', 'child']

/** The smaller the more urgent: what waits for a person comes first. */
export function urgencyOf(on: Waiting['on']): number {
  return URGENCY.indexOf(on)
}

export function dateOrNull(date: Date | null | undefined): string | null {
  return date === null || date === undefined ? null : timestampOf(date.getTime())
}
