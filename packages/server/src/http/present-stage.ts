// One stage of a run with its gates and tasks, as it stands.

import type { GateSummary, Stage, Task, WaitsFor } from '@lockstep/contract'
import {
  idOf,
  isTerminalStatus,
  uuidOf,
  type RunStatus,
  type StagePlan,
  type StageRunState,
} from '@lockstep/domain'
import type * as z from 'zod/mini'

import { isPart, type Part } from '../postgres/read/part-rows.ts'
import type { RunView } from '../postgres/read/run-view.ts'
import { gateWaits, presentGateLine } from './present-gate-line.ts'
import { dateOrNull, presentTask } from './present-task.ts'
import { timestampOf } from './present.ts'

type View<Schema extends z.core.$ZodType> = z.output<Schema>
type Waiting = View<typeof WaitsFor>

/** A stage of the view, with what the sentences about the run are made of. */
export interface StageView {
  readonly plan: StagePlan
  readonly state: StageRunState | undefined
  readonly entry: View<typeof GateSummary>
  readonly exit: View<typeof GateSummary>
  readonly tasks: readonly View<typeof Task>[]
  /** Whom its gate that is judged waits for, the most urgent first. */
  readonly gateWaits: readonly Waiting[]
}

/** Everything of one stage, in the words of the contract. */
export function stageView(view: RunView, index: number): StageView {
  const plan = view.plan.stages[index]
  if (plan === undefined) throw new Error(`the plan has no stage ${index}`)
  const part = stagePart(view, index)
  const state = part?.state
  const gate = (node: 'entry' | 'exit'): View<typeof GateSummary> =>
    presentGateLine(plan, node, {
      slot: state?.[node],
      part: gatePart(view, index, node),
      address: `${view.head.address}/${plan.name}.${node}`,
      names: view.names,
    })
  const judged = state?.status === 'entry' || state?.status === 'exit' ? state.status : undefined
  const gateRun = judged === undefined ? undefined : gatePart(view, index, judged)
  const waits =
    judged === undefined || gateRun === undefined
      ? []
      : gateWaits(plan, judged, gateRun.state, view.names)
  return {
    plan,
    state,
    entry: gate('entry'),
    exit: gate('exit'),
    tasks: plan.tasks.map((task, at) =>
      presentTask({ view, stageIndex: index, stage: plan, state, index: at, task }),
    ),
    gateWaits: [...waits, ...stageWaits(plan, state)],
  }
}

function stageWaits(plan: StagePlan, state: StageRunState | undefined): readonly Waiting[] {
  if (state === undefined || state.waitsSince === null) return []
  if (state.whenError !== undefined) {
    const what = `the condition of ${plan.title} could not be judged (${state.whenError}): restart from this stage, or abort the run`
    return [{ on: 'person', what, since: timestampOf(state.waitsSince), until: null }]
  }
  const node = state.status
  if ((node !== 'entry' && node !== 'exit') || state[node].status !== 'rejected') return []
  const what = `${plan.title} ${node} was rejected: judge the gate again, restart, or abort the run`
  return [{ on: 'person', what, since: timestampOf(state.waitsSince), until: null }]
}

/** The stage run that works for the stage, or worked last. */
function stagePart(view: RunView, index: number): Part<'stage_run'> | undefined {
  const child = view.run.state.stages[index]?.child
  return child === undefined ? undefined : view.stages.get(child)
}

/** The instance of a gate that counts; after a restart the one from before, if it was kept. */
function gatePart(
  view: RunView,
  index: number,
  node: 'entry' | 'exit',
): Part<'gate_run'> | undefined {
  const part = view.parts.get(`${index}/${node}`)
  const stage = stagePart(view, index)
  if (!isPart(part, 'gate_run') || stage === undefined) return undefined
  const slot = stage.state[node]
  if (slot.gate === part.id) return part
  return slot.gate === undefined && slot.status === 'passed' ? part : undefined
}

/** The stage as it is shown. */
export function presentStage(view: RunView, stage: StageView, index: number): View<typeof Stage> {
  const slot = view.run.state.stages[index]
  const part = stagePart(view, index)
  return {
    id: part === undefined ? null : idOf('stg', uuidOf(part.id)),
    name: stage.plan.name,
    title: stage.plan.title,
    environment: stage.plan.environment?.name ?? null,
    state: stageState(slot?.status ?? 'pending', part, stage),
    attempt: slot?.attempt ?? 0,
    entry: stage.entry,
    tasks: [...stage.tasks],
    exit: stage.exit,
    startedAt: dateOrNull(part?.createdAt),
    finishedAt: dateOrNull(part?.finishedAt),
  }
}

function stageState(
  slot: RunStatus,
  part: Part<'stage_run'> | undefined,
  stage: StageView,
): RunStatus {
  if (part === undefined || isTerminalStatus(slot)) return slot
  if (part.finishedAt !== null) return part.status
  const waits = stage.tasks.some(({ waitsFor }) => waitsFor?.on === 'person')
  return waits ? 'waiting' : part.status
}
