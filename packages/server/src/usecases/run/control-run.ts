// What people do to a run while it runs: pause, resume, abort, retry, skip, restart, complete, resolve.

import {
  idOf,
  rolesIn,
  uuidOf,
  type Actor,
  type GateRunState,
  type Outcome as Ending,
  type ProcessRunState,
  type UserId,
} from '@lockstep/domain'

import type { ReactorPort, Submitted } from '../../ports/reactor.ts'
import { readCovers } from '../../planning/gate-covers.ts'
import { done, no, type Outcome } from '../outcome.ts'
import { findPlan } from '../../postgres/plans.ts'
import { findRow, type Queryable } from '../../postgres/queryable.ts'
import { readPeople } from '../../postgres/read/people.ts'
import {
  findStagePlace,
  findState,
  targetOf,
  taskIndex,
  type RunPlace,
  type StagePlace,
} from './run-place.ts'
import { sentenceOf } from './refusal-sentences.ts'

export interface ControlDeps {
  readonly db: Queryable
  readonly reactor: Pick<ReactorPort, 'submit'>
}

export type ControlProblem =
  | 'wrong_state'
  | 'comment_missing'
  | 'unknown_reference'
  | 'forbidden'
  | 'idempotency_key_reused'
  | 'busy'
/** What was done to the run, or why not. */
export type Controlled = Outcome<undefined, ControlProblem>

/** Stops before the next action, until somebody resumes it. */
export async function pauseRun(
  { reactor }: ControlDeps,
  place: RunPlace,
  input: { readonly by: Actor; readonly reason: string },
): Promise<Controlled> {
  const event = { type: 'run_paused', reason: input.reason }
  return answerOf(await reactor.submit(place.target, event, input.by), place)
}

/** Goes on where it was paused. */
export async function resumeRun(
  { reactor }: ControlDeps,
  place: RunPlace,
  input: { readonly by: Actor; readonly reason: string },
): Promise<Controlled> {
  const event = { type: 'run_resumed', reason: input.reason }
  return answerOf(await reactor.submit(place.target, event, input.by), place)
}

/** Stops what runs, runs what is marked always, and ends as aborted. After the answer nothing new of it is handed out. */
export async function abortRun(
  { reactor }: ControlDeps,
  place: RunPlace,
  input: { readonly by: Actor; readonly reason: string },
): Promise<Controlled> {
  const event = { type: 'abort_requested', reason: input.reason }
  return answerOf(await reactor.submit(place.target, event, input.by), place)
}

/**
 * A new attempt of a task that failed. While the task's process waits for a person because of a step, it is the step that
 * is tried again: what it has done is not done again.
 */
export async function retryTask(
  deps: ControlDeps,
  place: StagePlace,
  input: TaskInput,
): Promise<Controlled> {
  return steerTask(deps, place, input, { task: 'task_retried', step: 'step_retried' })
}

/** Goes on without a task that failed, or without a step for which its process waits; the reason is kept. */
export async function skipTask(
  deps: ControlDeps,
  place: StagePlace,
  input: TaskInput,
): Promise<Controlled> {
  return steerTask(deps, place, input, { task: 'task_skipped', step: 'step_skipped' })
}

/** Which task, and which of the steps that wait; null: all of them. */
interface TaskInput {
  readonly task: string
  readonly step: string | null
  readonly by: Actor
  readonly reason: string
}

async function steerTask(
  { db, reactor }: ControlDeps,
  place: StagePlace,
  { task: name, step, by, reason }: TaskInput,
  types: { readonly task: string; readonly step: string },
): Promise<Controlled> {
  const task = taskIndex(place.plan, place.index, name)
  if (task === undefined) return noSuchTask(place, name)
  const child = place.stage.tasks[task]?.child
  const isWorking = place.stage.tasks[task]?.doing === 'child'
  if (!isWorking || child === undefined || !child.startsWith('prc_')) {
    const event = { type: types.task, task, reason }
    return answerOf(await reactor.submit(place.stageTarget, event, by), place)
  }
  const waiting = (await listWaitingSteps(db, place, child)).filter(
    (key) => step === null || key === step,
  )
  const [first, ...others] = waiting.map((key) => ({ type: types.step, step: key, reason }))
  if (first === undefined) {
    const thing = `run ${place.run.name}/${place.run.number}`
    return no('wrong_state', sentenceOf('not_failed', thing))
  }
  const target = targetOf(place.run, child)
  const answered = answerOf(await reactor.submit(target, first, by), place)
  for (const event of answered.ok ? others : []) await reactor.submit(target, event, by)
  return answered
}

async function listWaitingSteps(
  db: Queryable,
  { run }: RunPlace,
  process: string,
): Promise<readonly string[]> {
  const state = await findState<ProcessRunState>(db, run, process)
  const plan = state === undefined ? undefined : await findPlan(db, state.plan)
  if (state === undefined || plan?.kind !== 'process') return []
  return plan.steps.flatMap(({ key }, at) => (state.steps[at]?.status === 'waiting' ? [key] : []))
}

/** Ends a manual task. Only the people whom it names may; where it names nobody, whoever may complete tasks. */
export async function completeTask(
  { db, reactor }: ControlDeps,
  place: StagePlace,
  input: {
    readonly task: string
    readonly outcome: 'succeeded' | 'failed'
    readonly by: Actor
    /** The person behind the call; undefined for a token of a service account. */
    readonly person: UserId | undefined
    readonly reason: string
  },
): Promise<Controlled> {
  const task = taskIndex(place.plan, place.index, input.task)
  if (task === undefined) return noSuchTask(place, input.task)
  const { outcome, reason, person } = input
  const work = place.plan.stages[place.index]?.tasks[task]?.work
  if (work?.kind === 'manual' && work.by.length > 0) {
    const [now] = person === undefined ? [] : await readPeople(db, [person])
    const isNamed =
      now !== undefined && rolesIn(work.by, { id: now.person, groups: now.groups }).length > 0
    if (!isNamed) {
      const names = work.by.map(({ name }) => name).join(', ')
      return no('forbidden', `"${input.task}" is completed by ${names}, and by nobody else.`)
    }
  }
  const event = { type: 'task_completed', task, outcome, reason }
  return answerOf(await reactor.submit(place.stageTarget, event, input.by), place)
}

/** Judges a rejected gate again, as a new instance. */
export async function retryGate(
  { reactor }: ControlDeps,
  place: StagePlace,
  input: { readonly node: 'entry' | 'exit'; readonly by: Actor; readonly reason: string },
): Promise<Controlled> {
  const event = { type: 'gate_retried', node: input.node, reason: input.reason }
  return answerOf(await reactor.submit(place.stageTarget, event, input.by), place)
}

/** Goes on from a stage or task that was reached before, in the same run. What lies before it is not done again. */
export async function restartFrom(
  deps: ControlDeps,
  place: RunPlace,
  input: {
    readonly stage: string
    readonly task: string | null
    readonly by: Actor
    readonly reason: string
  },
): Promise<Controlled> {
  const found = await findStagePlace(deps.db, place, input.stage)
  if (found === undefined) {
    return no(
      'unknown_reference',
      `Run ${place.run.name}/${place.run.number} has not reached a stage "${input.stage}". Its stages: ${place.plan.stages.map(({ name }) => name).join(', ')}.`,
    )
  }
  const task = input.task === null ? null : taskIndex(place.plan, found.index, input.task)
  if (task === undefined) return noSuchTask(found, input.task ?? '')
  const kept = task === null ? [] : keptBefore(found, task)
  if (kept === undefined) {
    return no(
      'wrong_state',
      `Not everything before "${input.task}" has been done: restart from an earlier task.`,
    )
  }
  const event = {
    type: 'restarted_from',
    stage: found.index,
    task,
    kept,
    leftOut: [...found.stage.tasks.slice(0, kept.length).entries()].flatMap(([at, slot]) =>
      slot.leftOut === true ? [at] : [],
    ),
    entryAgain: task !== null && !(await isEntryKept(deps.db, found)),
    reason: input.reason,
  }
  return answerOf(await deps.reactor.submit(place.target, event, input.by), place)
}

/** Whether the entry gate of the stage has passed for what it would let through now: only then is it not judged again. */
async function isEntryKept(db: Queryable, place: StagePlace): Promise<boolean> {
  if (place.stage.entry.status !== 'passed') return false
  if (place.plan.stages[place.index]?.entry.rules.length === 0) return true
  const passed = await findPassedEntry(db, place)
  if (passed === undefined) return false
  return passed.covers === (await readCovers(db, place.stageTarget, place.plan, passed))
}

/** The instance of the entry gate that passed last, in whichever attempt of the stage. */
async function findPassedEntry(
  db: Queryable,
  { target, index }: StagePlace,
): Promise<GateRunState | undefined> {
  const row = await findRow<{ state: GateRunState }>(
    db,
    `SELECT g.state FROM aggregates g
     JOIN aggregates s ON s.project_id = g.project_id AND s.root_id = g.root_id AND s.id = g.parent_id
     WHERE g.project_id = $1 AND g.root_id = $2 AND g.kind = 'gate_run' AND g.node = 'entry'
       AND g.status = 'succeeded' AND s.parent_id = $3 AND s.node = $4
     ORDER BY g.created_at DESC LIMIT 1`,
    [target.project, uuidOf(target.root), uuidOf(target.id), String(index)],
  )
  return row?.state
}

/** Outcomes of the tasks before one, if all of them have ended well enough to go on. */
function keptBefore(place: StagePlace, task: number): readonly Ending[] | undefined {
  const kept: Ending[] = []
  for (const slot of place.stage.tasks.slice(0, task)) {
    const settled =
      slot.status === 'succeeded' || slot.status === 'skipped' || slot.passedOver === true
    if (!settled || !isEnding(slot.status)) return undefined
    kept.push(slot.status)
  }
  return kept
}

function isEnding(status: string): status is Ending {
  return ['succeeded', 'failed', 'errored', 'aborted', 'skipped'].includes(status)
}

/** Says what became of a job whose agent was lost. The person's word is kept with their reason. */
export async function resolveUnknown(
  { db, reactor }: ControlDeps,
  input: {
    readonly job: string
    readonly verdict: 'ran' | 'did_not_run' | 'try_again'
    readonly by: Actor
    readonly reason: string
  },
): Promise<Controlled> {
  if (input.reason.trim() === '') {
    return no('comment_missing', 'Say how you know: the reason is kept as evidence.')
  }
  const row = await findRow<{
    project_id: number
    root_id: string
    owner_id: string
    root_kind: string
    target: number
    link: number
    attempt: number
    fence: number
    status: string
  }>(
    db,
    `SELECT j.project_id, j.root_id, j.owner_id, r.kind AS root_kind, j.target, j.link, j.attempt, j.fence, j.status
     FROM jobs j JOIN aggregates r ON r.project_id = j.project_id AND r.root_id = j.root_id AND r.id = j.root_id
     WHERE j.id = $1`,
    [uuidOf(input.job)],
  )
  if (row === undefined) return no('unknown_reference', `There is no job ${input.job}.`)
  if (row.status !== 'unknown') {
    return no('wrong_state', `What became of this job is known: it is ${row.status}.`)
  }
  const root = idOf(row.root_kind === 'release' ? 'rel' : 'run', row.root_id)
  const target = { project: row.project_id, root, id: idOf('stp', row.owner_id) }
  const status = input.verdict === 'ran' ? 'succeeded' : 'aborted'
  const submitted = await reactor.submit(
    target,
    {
      type: 'unknown_resolved',
      job: input.job,
      target: row.target,
      link: row.link,
      attempt: row.attempt,
      verdict: input.verdict,
      reason: input.reason,
    },
    input.by,
    {
      owned: {
        job: idOf('job', uuidOf(input.job)),
        fence: row.fence,
        while: 'unknown',
        outcome: { status, report: { outcome: status, reason: input.reason, by: input.by } },
      },
    },
  )
  if (submitted.ok) return done(undefined)
  return no('wrong_state', sentenceOf(submitted.refusal, 'this step'))
}

function noSuchTask(place: StagePlace, task: string): Controlled {
  const tasks = (place.plan.stages[place.index]?.tasks ?? []).map(({ key }) => key)
  return no(
    'unknown_reference',
    `The stage ${place.plan.stages[place.index]?.name} has no task "${task}". It has: ${tasks.join(', ')}.`,
  )
}

function answerOf(submitted: Submitted, { run }: RunPlace): Controlled {
  if (submitted.ok) return done(undefined)
  const sentence = sentenceOf(submitted.refusal, `run ${run.name}/${run.number}`)
  if (submitted.refusal === 'busy') return no('busy', sentence)
  if (submitted.refusal === 'key_reused') return no('idempotency_key_reused', sentence)
  return submitted.refusal === 'reason_missing'
    ? no('comment_missing', sentence)
    : no('wrong_state', sentence)
}
