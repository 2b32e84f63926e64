// What people do to a run while it runs: pause, resume, abort, retry, skip, restart, complete, resolve.

import { idOf, uuidOf, type Actor, type Outcome as Ending } from '@lockstep/domain'

import type { ReactorPort, Submitted } from '../../ports/reactor.ts'
import { done, no, type Outcome } from '../outcome.ts'
import { findRow, type Queryable } from '../../postgres/queryable.ts'
import { findStagePlace, taskIndex, type RunPlace, type StagePlace } from './run-place.ts'
import { sentenceOf } from './refusal-sentences.ts'

export interface ControlDeps {
  readonly db: Queryable
  readonly reactor: Pick<ReactorPort, 'submit'>
}

type Controlled = Outcome<
  undefined,
  'wrong_state' | 'comment_missing' | 'unknown_reference' | 'busy'
>

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

/** A new attempt of a task that failed. */
export async function retryTask(
  { reactor }: ControlDeps,
  place: StagePlace,
  input: { readonly task: string; readonly by: Actor; readonly reason: string },
): Promise<Controlled> {
  const task = taskIndex(place.plan, place.index, input.task)
  if (task === undefined) return noSuchTask(place, input.task)
  const event = { type: 'task_retried', task, reason: input.reason }
  return answerOf(await reactor.submit(place.stageTarget, event, input.by), place)
}

/** Goes on without a task that failed; the reason is kept. */
export async function skipTask(
  { reactor }: ControlDeps,
  place: StagePlace,
  input: { readonly task: string; readonly by: Actor; readonly reason: string },
): Promise<Controlled> {
  const task = taskIndex(place.plan, place.index, input.task)
  if (task === undefined) return noSuchTask(place, input.task)
  const event = { type: 'task_skipped', task, reason: input.reason }
  return answerOf(await reactor.submit(place.stageTarget, event, input.by), place)
}

/** Ends a manual task. */
export async function completeTask(
  { reactor }: ControlDeps,
  place: StagePlace,
  input: {
    readonly task: string
    readonly outcome: 'succeeded' | 'failed'
    readonly by: Actor
    readonly reason: string
  },
): Promise<Controlled> {
  const task = taskIndex(place.plan, place.index, input.task)
  if (task === undefined) return noSuchTask(place, input.task)
  const { outcome, reason } = input
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
    reason: input.reason,
  }
  return answerOf(await deps.reactor.submit(place.target, event, input.by), place)
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
  return submitted.refusal === 'reason_missing'
    ? no('comment_missing', sentence)
    : no('wrong_state', sentence)
}
