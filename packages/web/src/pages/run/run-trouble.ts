// What has gone wrong in a run, for its first line: where, and why.

import type { Run } from '../../lib/runs.ts'
import type { ShownState } from '../../ui/state.ts'
import { stateOfTask, taskPart, type Stage, type Task } from './run-layout.ts'

export interface Trouble {
  /** `Staging, Round trip`. */
  readonly where: string
  /** As the server gives it; what is known when it gives none. */
  readonly reason: string
  readonly state: ShownState
  /** What shows all of it: a task, perhaps one step of it, or a gate. */
  readonly at:
    | { readonly task: string; readonly step: string | null }
    | { readonly node: 'entry' | 'exit'; readonly stage: string }
}

const BAD: readonly ShownState[] = ['failed', 'could_not_run', 'unknown']

/** What has failed or is unknown, in the order of the stages; nothing that was tried again and went well. */
export function listTroubles({ stages }: Pick<Run, 'stages'>): readonly Trouble[] {
  return stages.flatMap((stage) => [
    ...rejected(stage, 'entry'),
    ...stage.tasks.flatMap((task) => {
      const state = badState(task)
      return state === undefined ? [] : [troubleOf(stage, task, state)]
    }),
    ...rejected(stage, 'exit'),
  ])
}

/** A lost step makes its task unknown only once nothing else of it goes on. */
function badState(task: Task): ShownState | undefined {
  const state = stateOfTask(task)
  if (BAD.includes(state)) return state
  if (task.steps.some((step) => step.state === 'unknown')) return 'unknown'
  return task.steps.some(isBadStep) && state === 'waiting' ? 'failed' : undefined
}

function isBadStep({ state, failed }: Task['steps'][number]): boolean {
  if (state === 'waiting') return failed > 0
  return state === 'failed' || state === 'errored' || state === 'unknown'
}

function troubleOf(stage: Stage, task: Task, state: ShownState): Trouble {
  const step = task.steps.find(isBadStep)
  const job = step?.jobs.findLast((one) => ['failed', 'errored', 'unknown'].includes(one.state))
  const told = [task.reason, step?.reason, job?.reason].find((one) => one != null && one !== '')
  const hasSteps = task.steps.length > 1 && step !== undefined
  return {
    where: `${stage.title}, ${task.title}${hasSteps ? `, ${step.title}` : ''}`,
    reason: told ?? untold(state, job?.exitCode ?? null),
    state,
    at: { task: taskPart(stage, task), step: hasSteps ? step.key : null },
  }
}

function untold(state: ShownState, exitCode: number | null): string {
  if (state === 'unknown') return 'nobody knows what became of it'
  if (state === 'could_not_run') return 'it could not run'
  return exitCode === null ? 'it failed' : `its command ended with ${exitCode}`
}

function rejected(stage: Stage, node: 'entry' | 'exit'): readonly Trouble[] {
  const { state, reason: told, rules } = stage[node]
  if (state !== 'rejected') return []
  const broken = rules.find((rule) => rule.state === 'rejected' || rule.state === 'failed')
  const reason = [told, broken?.evidence].find((one) => one != null && one !== '')
  return [
    {
      where: `${stage.title}, ${node} gate`,
      reason: reason ?? 'it was rejected',
      state: 'failed',
      at: { node, stage: stage.name },
    },
  ]
}
