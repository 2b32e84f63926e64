// How a run is laid out: stages from left to right, a lane for each application, and what all of them do together.

import { isTerminalStatus } from '@lockstep/domain'
import { shortName } from '../../lib/address.ts'
import type { Run } from '../../lib/runs.ts'
import { shownStateOf, worstOf, type ShownState } from '../../ui/state.ts'

export type Stage = Run['stages'][number]
export type Task = Stage['tasks'][number]
export type Step = Task['steps'][number]
export type GateLine = Stage['entry']

/** One line of a lane: a task, or a step of its process. */
export interface LaneRow {
  /** What the address of the page calls it: `staging/deploy data-backend`. */
  readonly task: string
  readonly step: string | null
  readonly title: string
  readonly state: ShownState
  readonly startedAt: string | null
  readonly finishedAt: string | null
}

export interface Lane {
  readonly application: string
  readonly rows: readonly LaneRow[]
  /** On how many resources it works; 0 when that is not known yet. */
  readonly resources: number
  readonly agents: readonly string[]
}

/** The applications of a run, in the order in which it brings them. */
export function applicationsOf(run: Pick<Run, 'brings' | 'stages'>): readonly string[] {
  const brought = run.brings.map(({ application }) => shortName(application))
  const worked = run.stages.flatMap(({ tasks }) =>
    tasks.flatMap(({ application }) => (application === null ? [] : [shortName(application)])),
  )
  return [...new Set([...brought, ...worked])]
}

/** What one application does in a stage. What names none is done by all together; by the only one, when there is one. */
export function laneOf(stage: Stage, application: string, isOnly = false): Lane {
  const tasks = stage.tasks.filter((task) =>
    task.application === null ? isOnly : shortName(task.application) === application,
  )
  const jobs = tasks.flatMap(({ steps }) => steps.flatMap((step) => step.jobs))
  return {
    application,
    rows: tasks.flatMap((task) => rowsOf(stage, task)),
    resources: Math.max(0, ...tasks.flatMap(({ steps }) => steps.map(({ targets }) => targets))),
    agents: [...new Set(jobs.flatMap(({ agent }) => (agent === null ? [] : [agent.name])))],
  }
}

/** What the applications do together in a stage, after their lanes. */
export function togetherOf(stage: Stage): readonly LaneRow[] {
  return stage.tasks
    .filter(({ application }) => application === null)
    .map((task) => rowOf(stage, task))
}

function rowsOf(stage: Stage, task: Task): readonly LaneRow[] {
  const isOwnWork = task.steps.length === 0 || task.kind === 'build' || task.kind === 'test'
  if (isOwnWork) return [rowOf(stage, task)]
  const key = taskPart(stage, task)
  return task.steps.map((step) => ({
    task: key,
    step: step.key,
    title: step.title,
    state: shownStateOf(step.state, step.waitsFor?.on ?? null),
    startedAt: step.startedAt,
    finishedAt: step.finishedAt,
  }))
}

function rowOf(stage: Stage, task: Task): LaneRow {
  return {
    task: taskPart(stage, task),
    step: null,
    title: task.title,
    state: stateOfTask(task),
    startedAt: task.startedAt,
    finishedAt: task.finishedAt,
  }
}

export function stateOfTask(task: Pick<Task, 'state' | 'waitsFor'>): ShownState {
  return shownStateOf(task.state, task.waitsFor?.on ?? null)
}

/** `1 of 1 step`, `2 of 3 steps`. */
export function stepWords({ done, all }: { readonly done: number; readonly all: number }): string {
  return `${done} of ${all} ${all === 1 ? 'step' : 'steps'}`
}

/** How the page calls a task in its address. */
export function taskPart(stage: Pick<Stage, 'name'>, task: Pick<Task, 'key'>): string {
  return `${stage.name}/${task.key}`
}

/** The task that such a part names, with its stage. */
export function findTask(
  run: Pick<Run, 'stages'>,
  part: string | undefined,
): { readonly stage: Stage; readonly task: Task } | undefined {
  for (const stage of run.stages) {
    const task = stage.tasks.find((one) => taskPart(stage, one) === part)
    if (task !== undefined) return { stage, task }
  }
  return undefined
}

export interface FoundGate {
  /** `staging.exit`. */
  readonly key: string
  readonly stage: Stage
  readonly node: 'entry' | 'exit'
  readonly line: GateLine
}

/** The gates of a run in the order in which it meets them. Gates without rules pass by themselves and are not shown. */
export function gatesOf(run: Pick<Run, 'stages'>): readonly FoundGate[] {
  return run.stages.flatMap((stage) =>
    (['entry', 'exit'] as const).flatMap((node) => {
      const line = stage[node]
      return line.rules.length === 0 ? [] : [{ key: gateKey(stage, node), stage, node, line }]
    }),
  )
}

/** Whether lanes come out of something that is drawn before a stage, and go into something behind it: a gate, or what teams bring. */
export function wiresOf(
  { stages }: Pick<Run, 'stages'>,
  index: number,
  hasTeams: boolean,
): { readonly before: boolean; readonly behind: boolean } {
  const hasGate = (at: number, node: 'entry' | 'exit'): boolean =>
    (stages[at]?.[node].rules.length ?? 0) > 0
  return {
    before: hasGate(index, 'entry') || (index === 0 ? hasTeams : hasGate(index - 1, 'exit')),
    behind: hasGate(index, 'exit') || hasGate(index + 1, 'entry'),
  }
}

/** How the page calls a gate in its address. */
export function gateKey({ name }: Pick<Stage, 'name'>, node: 'entry' | 'exit'): string {
  return `${name}.${node}`
}

/** The stage that is drawn wide: the chosen one, otherwise the one that the run is at, otherwise the last. */
export function focusOf(run: Pick<Run, 'stages'>, chosen: string | undefined): Stage | undefined {
  return (
    run.stages.find(({ name }) => name === chosen) ??
    run.stages.find(({ state }) => !isTerminalStatus(state)) ??
    run.stages.at(-1)
  )
}

/** The name of the stage before or after this one; itself at the ends. */
export function neighbourOf(
  names: readonly string[],
  name: string | undefined,
  step: -1 | 1,
): string | undefined {
  const at = name === undefined ? -1 : names.indexOf(name)
  if (at < 0) return names.at(step === 1 ? 0 : -1)
  return names[Math.min(names.length - 1, Math.max(0, at + step))]
}

/** The state of a stage as one glyph, and how many of its steps are done. */
export function standOfStage(stage: Stage): {
  readonly state: ShownState
  readonly done: number
  readonly all: number
} {
  const rows = stage.tasks.flatMap((task) => rowsOf(stage, task))
  const done = rows.filter(({ state }) => state === 'passed' || state === 'skipped').length
  const state = isTerminalStatus(stage.state)
    ? shownStateOf(stage.state)
    : stage.startedAt === null
      ? 'not_started'
      : worstOf([
          ...rows
            .map((row) => row.state)
            .filter((one) => one !== 'not_started' && one !== 'passed'),
          ...(stage.entry.state === 'waiting' || stage.exit.state === 'waiting'
            ? (['waiting'] as const)
            : []),
          'running',
        ])
  return { state, done, all: rows.length }
}
