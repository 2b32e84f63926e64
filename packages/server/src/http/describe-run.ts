// Sentences about a run: who works on what, and what comes next.

import { isTerminalStatus, type RunStatus, type StagePlan } from '@lockstep/domain'
import type { WaitsFor } from '@lockstep/contract'
import type * as z from 'zod/mini'

import { nameOf } from '../postgres/read/names.ts'
import type { RunView } from '../postgres/read/run-view.ts'
import type { StageView } from './present-stage.ts'
import { resourceOf, stepOfJob } from './present-task.ts'

type Waiting = z.output<typeof WaitsFor>

const WORKING_SHOWN_MAX = 20

/** Who or what works now, one sentence each: `agent eu-1: ingest-api/restart on eu-edge-2`. */
export function describeWorking(view: RunView, stages: readonly StageView[]): readonly string[] {
  if (view.run.finishedAt !== null || view.run.state.startsAt !== undefined) return []
  const named = [...agentsAtWork(view, stages), ...serverAtWork(stages)]
  const sentences = named.length > 0 ? named : betweenSteps(stages)
  if (sentences.length <= WORKING_SHOWN_MAX) return sentences
  const more = sentences.length - WORKING_SHOWN_MAX
  return [...sentences.slice(0, WORKING_SHOWN_MAX), `and ${more} more`]
}

function agentsAtWork(view: RunView, stages: readonly StageView[]): readonly string[] {
  const sentences: string[] = []
  for (const { tasks } of stages) {
    for (const task of tasks) {
      for (const step of task.steps) {
        for (const shown of step.jobs) {
          const job = view.jobs.get(step.id ?? '')?.find(({ id }) => id === shown.id)
          if (job === undefined || !job.isHeld || job.agent === null) continue
          const planned = stepOfJob(view, job)
          const resource = planned === undefined ? shown.resource : resourceOf(planned, job)
          const isWork = planned?.process === null || planned?.process === undefined
          const what = isWork ? task.title : `${step.key}/${shown.link}`
          const on = isWork && task.steps[0]?.targets === 1 ? '' : ` on ${resource}`
          const lost =
            shown.noContactSince === null ? '' : `, no word since ${shown.noContactSince}`
          sentences.push(`agent ${job.agent.name}: ${what}${on}${lost}`)
        }
      }
    }
  }
  return sentences
}

/** Something has ended and what follows is being begun: nobody else works, and nobody is waited for. */
function betweenSteps(stages: readonly StageView[]): readonly string[] {
  const isWaiting = stages.some(
    ({ tasks, gateWaits }) =>
      gateWaits.length > 0 || tasks.some(({ waitsFor }) => waitsFor !== null),
  )
  if (isWaiting) return []
  const running = stages.flatMap(({ tasks }) => tasks).find(({ state }) => state === 'running')
  const current = stages.findLast(({ state }) => state !== undefined)
  return [`Lockstep goes on with "${running?.title ?? current?.plan.title ?? 'the first stage'}"`]
}

function serverAtWork(stages: readonly StageView[]): readonly string[] {
  const sentences: string[] = []
  for (const { state, plan, tasks, gateWaits } of stages) {
    for (const wait of gateWaits) {
      if (wait.on === 'check') sentences.push(`Lockstep judges ${wait.what}`)
    }
    for (const [index, task] of tasks.entries()) {
      const doing = state?.tasks[index]?.doing
      if (isTerminalStatus(task.state)) continue
      if (doing === 'plan') sentences.push(`Lockstep plans "${task.title}"`)
      else if (doing === 'condition') {
        sentences.push(`Lockstep judges the condition of "${task.title}"`)
      } else if (doing === 'answer') {
        const isSnapshot = plan.tasks[index]?.work.kind === 'snapshot'
        sentences.push(
          isSnapshot
            ? `Lockstep makes the snapshot of ${task.application ?? task.title}`
            : `Lockstep checks "${task.title}"`,
        )
      } else if (task.run !== null) sentences.push(`the pipeline of "${task.title}"`)
    }
  }
  return sentences
}

/** What comes next, in a sentence: `car to phone, when cars and phones are done`. */
export function describeNext(
  view: RunView,
  stages: readonly StageView[],
  waitsFor: readonly Waiting[],
): string {
  const { run, names } = view
  if (run.finishedAt !== null) return ENDED[run.status] ?? 'Nothing more: the run has ended.'
  if (run.state.status === 'aborting') return 'The run ends as aborted when what runs has stopped.'
  if (run.state.restart !== null) {
    const from = stages[run.state.restart.stage]?.plan.title ?? 'an earlier stage'
    return `${from} again, when what runs has stopped.`
  }
  const follows = nextOf(stages)
  const { paused } = run.state
  if (paused !== null) {
    return `When ${nameOf(names, paused.by)} or somebody else resumes the run: ${follows}`
  }
  const failed = stages.find(({ state }) => state !== undefined && state.waitsSince !== null)
  const decision = waitsFor.find(({ on }) => on === 'person')
  return failed !== undefined && decision !== undefined
    ? `A person decides: ${decision.what}.`
    : follows
}

const ENDED: Partial<Record<RunStatus, string>> = {
  succeeded: 'Nothing more: the run has succeeded.',
  failed: 'Nothing more: the run has failed. Start a new one.',
  aborted: 'Nothing more: the run was aborted.',
}

/** What comes next, of the stages as they are now. */
export function nextOf(stages: readonly StageView[]): string {
  const index = stages.findIndex(
    ({ state }) => state !== undefined && !['succeeded', 'skipped'].includes(state.status),
  )
  const stage = stages[index]
  if (stage?.state === undefined) return betweenStages(stages)
  const { plan, state } = stage
  switch (state.status) {
    case 'entry':
      return `${plan.title}, after its entry gate${waitText(stage)}.`
    case 'exit':
      return `${afterStage(stages, index)}, after ${plan.title} exit${waitText(stage)}.`
    case 'tasks':
      return nextTask(stage, index, stages)
    case 'ending':
    case 'failed':
    case 'aborted':
      return `${plan.title} ends when what runs has stopped.`
    case 'succeeded':
    case 'skipped':
      return `${afterStage(stages, index)}.`
  }
}

/** No stage is under way: none has begun, or the last one has ended and the next has not begun. */
function betweenStages(stages: readonly StageView[]): string {
  const ended = stages.filter(({ state }) => state !== undefined).length
  return ended === 0 ? 'The first stage begins.' : `${afterStage(stages, ended - 1)}.`
}

function afterStage(stages: readonly StageView[], index: number): string {
  return stages[index + 1]?.plan.title ?? 'The run succeeds'
}

function waitText({ gateWaits }: StageView): string {
  const [first] = gateWaits
  if (first === undefined) return ''
  const what = first.what.replace(/^[^:]*: /, '')
  return first.on === 'person' ? `: waits for ${what}` : `: ${what}`
}

/** The first task that has not begun and whose turn comes next; else the exit gate. */
function nextTask(stage: StageView, index: number, stages: readonly StageView[]): string {
  const { plan, tasks } = stage
  const isDone = (at: number): boolean => {
    const task = tasks[at]
    return task?.state === 'succeeded' || task?.state === 'skipped'
  }
  const pending = tasks.findIndex(({ state }) => state === 'pending')
  if (pending !== -1) {
    const before = (plan.tasks[pending]?.after ?? []).filter((at) => !isDone(at))
    const title = titleOf(plan, pending)
    return before.length === 0 ? `${title}.` : `${title}, when ${doneText(plan, before)}.`
  }
  const open = tasks.flatMap((_, at) => (isDone(at) ? [] : [at]))
  const when = open.length === 0 ? '' : `, when ${doneText(plan, open)}`
  if (plan.exit.rules.length > 0) return `${plan.title} exit gate${when}.`
  return `${afterStage(stages, index)}${when}.`
}

function titleOf(plan: StagePlan, index: number): string {
  return plan.tasks[index]?.title ?? ''
}

/** `cars and phones are done`, by the name of the group around them where they share one. */
function doneText(plan: StagePlan, tasks: readonly number[]): string {
  const groups = new Set(tasks.map((at) => plan.tasks[at]?.groups[0]))
  const [group] = groups
  if (groups.size === 1 && group !== undefined && tasks.length > 1) return `${group} are done`
  const titles = tasks.map((at) => titleOf(plan, at))
  const last = titles.at(-1) ?? ''
  if (titles.length === 1) return `${last} is done`
  return `${titles.slice(0, -1).join(', ')} and ${last} are done`
}
