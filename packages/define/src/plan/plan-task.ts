// Tasks of a stage as written → tasks of a plan: flat, with what must be done before each.

import type { EnvValue, StepPlan, TargetPlan, TaskPlan, TaskWork } from '@lockstep/domain'

import { parseDuration } from '../check/schema/duration.ts'
import { type EnvironmentDefinition } from '../check/schema/environment.ts'
import { addressOf } from '../check/schema/name.ts'
import {
  type SingleTaskDefinition,
  type TaskDefinition,
  type TaskGroupDefinition,
  type TaskOf,
} from '../check/schema/task.ts'
import { fullName, type Source } from './facts.ts'
import { durationOf, envOf, textOf } from './parameters.ts'
import { planApprover, planCheck, type GateContext } from './plan-gate.ts'

/** What planning a task needs beside the definitions. */
export interface TaskContext extends GateContext {
  readonly stage: string
  readonly environment: EnvironmentDefinition | null
}

interface Place {
  readonly groups: readonly string[]
  /** Addresses of the groups around it, for the task's key. */
  readonly path: string
}

/** The tasks in the order in which they may begin. A list is a chain; a group side by side shares what comes before it. */
export function planTasks(
  tasks: readonly TaskDefinition[],
  context: TaskContext,
): readonly TaskPlan[] {
  const planned: TaskPlan[] = []
  planChain(tasks, [], { groups: [], path: '' }, planned, context)
  return planned
}

function planChain(
  tasks: readonly TaskDefinition[],
  before: readonly number[],
  place: Place,
  planned: TaskPlan[],
  context: TaskContext,
): readonly number[] {
  let after = before
  for (const task of tasks) after = planOne(task, after, place, planned, context)
  return after
}

function planOne(
  task: TaskDefinition,
  after: readonly number[],
  place: Place,
  planned: TaskPlan[],
  context: TaskContext,
): readonly number[] {
  if (!isGroup(task)) {
    planned.push(planSingle(task, after, place, context))
    return [planned.length - 1]
  }
  const inside: Place = {
    groups: [...place.groups, task.name],
    path: `${place.path}${addressOf(task.name)}/`,
  }
  if (task.kind === 'one_after_another') {
    return planChain(task.tasks, after, inside, planned, context)
  }
  return task.tasks.flatMap((member) => planOne(member, after, inside, planned, context))
}

/** Whether a task is a group of tasks. */
export function isGroup(task: TaskDefinition): task is TaskGroupDefinition {
  return task.kind === 'side_by_side' || task.kind === 'one_after_another'
}

function planSingle(
  task: SingleTaskDefinition,
  after: readonly number[],
  place: Place,
  context: TaskContext,
): TaskPlan {
  const key = `${place.path}${addressOf(task.name)}`
  return {
    key,
    title: task.name,
    groups: place.groups,
    after,
    when: 'when' in task ? (task.when?.cel ?? null) : null,
    always: 'always' in task && task.always,
    timeoutMs: wholeTimeout(task),
    onError: 'onError' in task ? planOnError(task.onError) : { action: 'stop' },
    onLost: 'onLost' in task ? task.onLost : 'ask',
    work: planWork(task, key, context),
  }
}

/** Work on agents has its time-out in its step; the task waits for that. */
function wholeTimeout(task: SingleTaskDefinition): number | null {
  if (task.kind === 'build' || task.kind === 'test' || task.kind === 'command') return null
  return 'timeout' in task && task.timeout !== undefined ? parseDuration(task.timeout) : null
}

/** `onError` of steps and tasks. */
export function planOnError(
  rule: 'stop' | 'continue' | 'ask' | { readonly retry: number; readonly every: string },
): TaskPlan['onError'] {
  if (typeof rule === 'string') return { action: rule }
  return { action: 'retry', times: rule.retry, everyMs: parseDuration(rule.every) }
}

function planWork(task: SingleTaskDefinition, key: string, context: TaskContext): TaskWork {
  switch (task.kind) {
    case 'build':
    case 'test':
    case 'command':
      return planAgentWork(task, key, context)
    case 'snapshot':
      return { kind: 'snapshot', application: applicationOf(task, context) }
    case 'deploy':
      return {
        kind: 'process',
        process: 'deploy',
        application: applicationOf(task, context),
        snapshot: snapshotOf(task, context),
        plan: null,
        force: task.force,
        acceptIrreversible: task.acceptIrreversible ?? null,
      }
    case 'prepare':
    case 'rollback':
    case 'run_process':
      return {
        kind: 'process',
        process: task.kind === 'run_process' ? task.process : task.kind,
        application: applicationOf(task, context),
        snapshot:
          task.kind === 'rollback' ? namedSnapshot(task, context) : snapshotOf(task, context),
        plan: null,
        force: false,
        acceptIrreversible: null,
      }
    case 'run_pipeline':
      return planNested(task, key, context)
    case 'manual':
      return {
        kind: 'manual',
        by: task.by.flatMap((approver) => planApprover(approver, context, task.name)),
        instructions: task.instructions,
      }
    case 'notify':
      return {
        kind: 'notify',
        to: task.to.flatMap((to): readonly Receiver[] =>
          typeof to === 'string'
            ? [{ kind: 'address', address: to }]
            : planApprover(to, context, task.name),
        ),
        text: task.text,
      }
    case 'wait_for':
      return { kind: 'check', ...planCheck(task.check, context) }
    case 'wait':
      return {
        kind: 'wait',
        forMs: task.for === undefined ? null : durationOf(task.for, context.parameters),
        until: task.until === undefined ? null : Date.parse(task.until),
      }
  }
}

type Receiver = Extract<TaskWork, { kind: 'notify' }>['to'][number]

function planNested(task: TaskOf<'run_pipeline'>, key: string, context: TaskContext): TaskWork {
  const pipeline = fullName(task.pipeline, context.project)
  const nested = context.facts.nested.get(`${context.stage}/${key}`)
  if (nested !== undefined) {
    const { plan, environments } = nested
    const changed = environments.length === 0 ? {} : { environments }
    return { kind: 'pipeline', plan, pipeline, ...changed }
  }
  context.refusals.add(
    'unknown_name',
    `${context.where} › ${task.name}`,
    `There is no pipeline "${pipeline}", or it cannot be planned.`,
  )
  return NO_WORK
}

/** Stands in a plan that is refused anyway. */
const NO_WORK: TaskWork = { kind: 'wait', forMs: 0, until: null }

function planAgentWork(
  task: TaskOf<'build'> | TaskOf<'test'> | TaskOf<'command'>,
  key: string,
  context: TaskContext,
): TaskWork {
  const source = sourceOf(task, context)
  const argv = task.kind === 'command' ? task.argv : task.run
  const env: Record<string, EnvValue> = {
    ...envOf(context.environment?.variables ?? {}, context.parameters),
    ...context.environment?.secrets,
    ...envOf(task.env, context.parameters),
  }
  const step: StepPlan = {
    key: `${context.stage}/${key}`,
    title: task.name,
    component: null,
    process: null,
    needs: [],
    when: null,
    always: task.always,
    onError: 'stop',
    atOnce: MATRIX_AT_ONCE,
    stopAfter: Number.MAX_SAFE_INTEGER,
    health: null,
    installs: null,
    removes: false,
    links: [
      {
        name: task.name,
        work: {
          kind: 'source_command',
          purpose: task.kind,
          source:
            source === null
              ? null
              : { repository: source.repository, url: source.url, commit: source.commit },
          argv: argv.map((argument) => textOf(argument, context.parameters)),
          env,
          versionFile: task.kind === 'build' ? task.version : null,
          artifacts: task.kind === 'build' ? task.artifacts : {},
          reports: task.kind === 'command' ? null : (task.report ?? null),
          sbom: task.kind === 'build' ? (task.sbom ?? null) : null,
        },
        timeoutMs: parseDuration(task.timeout),
        noOutputMs: task.noOutput === undefined ? null : parseDuration(task.noOutput),
        onError: { action: 'stop' },
        onLost: task.onLost,
      },
    ],
    targets: planMatrix(task),
  }
  return {
    kind: 'work',
    purpose: task.kind,
    application: task.kind === 'build' ? applicationOf(task, context) : null,
    step,
  }
}

/** A matrix runs side by side; more cells than this wait for a place. */
const MATRIX_AT_ONCE = 50

/** One target for each combination of the matrix, in the order written; without a matrix one target. */
function planMatrix(
  task: TaskOf<'build'> | TaskOf<'test'> | TaskOf<'command'>,
): readonly TargetPlan[] {
  const label = task.agent ?? 'any'
  let cells: readonly Readonly<Record<string, string>>[] = [{}]
  const axes = task.kind === 'command' ? [] : Object.entries(task.matrix ?? {})
  for (const [axis, values] of axes.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    cells = cells.flatMap((cell) => values.map((value) => ({ ...cell, [axis]: value })))
  }
  return cells.map((matrix) => ({
    pool: `label:${label}`,
    resource: Object.values(matrix).join(' ') || label,
    matrix,
    action: 'run',
    reason: null,
    from: null,
    to: null,
  }))
}

function sourceOf(
  task: TaskOf<'build'> | TaskOf<'test'> | TaskOf<'command'>,
  context: TaskContext,
): Source | null {
  const wanted = task.source?.repository
  const { facts } = context
  if (wanted === undefined || wanted === facts.source?.repository) return facts.source
  const source = facts.repositories.get(wanted)
  if (source !== undefined) return source
  context.refusals.add(
    'unknown_name',
    `${context.where} › ${task.name}`,
    `There is no repository "${wanted}" in this project. Add it: lockstep repository add ${wanted} URL`,
  )
  return null
}

function applicationOf(
  task: {
    readonly name: string
    readonly application: { project?: string | undefined; name: string }
  },
  context: TaskContext,
): { readonly project: string; readonly name: string } {
  const name = fullName(task.application, context.project)
  if (!context.facts.applications.has(name)) {
    context.refusals.add(
      'unknown_name',
      `${context.where} › ${task.name}`,
      `There is no application "${name}".`,
    )
  }
  return { project: task.application.project ?? context.project, name: task.application.name }
}

function snapshotOf(
  task: { readonly application: { project?: string | undefined; name: string } },
  context: TaskContext,
): TaskPlanSnapshot {
  return context.facts.snapshots.get(fullName(task.application, context.project))?.digest ?? null
}
type TaskPlanSnapshot = Extract<TaskWork, { kind: 'process' }>['snapshot']

/** The snapshot that a roll back names; null: it goes to the last good one, whichever that is when it begins. */
function namedSnapshot(task: TaskOf<'rollback'>, context: TaskContext): TaskPlanSnapshot {
  if (task.to === undefined) return null
  const name = fullName(task.application, context.project)
  const found = context.facts.versions.get(`${name} ${task.to}`)
  if (found !== undefined) return found
  context.refusals.add(
    'unknown_name',
    `${context.where} › ${task.name}`,
    `There is no snapshot ${task.to} of "${name}" to go back to. See: lockstep snapshot list ${name}`,
  )
  return null
}
