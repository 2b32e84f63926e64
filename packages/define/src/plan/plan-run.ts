// A pipeline, what it is to deliver and what is known → the plan of a run, or everything that stands against it.

import {
  environmentsChanged,
  STAGE_ENVIRONMENTS_MAX,
  type Brings,
  type RunPlan,
  type StagePlan,
  type UsedDefinition,
} from '@lockstep/domain'

import { addressOf } from '../check/schema/name.ts'
import { type StageDefinition } from '../check/schema/pipeline.ts'
import { fullName, type Pipeline, type PlanRefusal, type Revised, type RunFacts } from './facts.ts'
import { resolveParameters, type ParameterValues } from './parameters.ts'
import { planGate } from './plan-gate.ts'
import { isGroup, planTasks } from './plan-task.ts'
import { Refusals } from './refusals.ts'

export interface RunPlanInput {
  readonly pipeline: Pipeline
  readonly parameters: Readonly<Record<string, string | number>>
  readonly facts: RunFacts
  /** `end`: nobody is there to help (a trigger started it); `wait`: a failure waits for a person. */
  readonly onFailure: 'wait' | 'end'
  readonly waitForPersonMs: number | null
}

export type RunPlanAnswer =
  | { readonly ok: true; readonly plan: RunPlan }
  | { readonly ok: false; readonly refusals: readonly PlanRefusal[] }

/**
 * Plans a run: every reference resolved, every parameter put in, every rule and task with what must come before it.
 * Process plans are made by their own planner and put in with `withProcessPlans`. The same input gives the same plan.
 */
export function planRun(input: RunPlanInput): RunPlanAnswer {
  const { pipeline, facts } = input
  const refusals = new Refusals()
  const parameters = resolveParameters(pipeline.definition.parameters, input.parameters, refusals)
  const stages = pipeline.definition.stages.map((stage) =>
    planStage(stage, input, parameters, refusals),
  )
  refuseMissingSnapshots(input, refusals)
  refuseManyEnvironments(stages, refusals)
  if (refusals.found.length > 0) return { ok: false, refusals: refusals.found }
  const release = facts.release
  return {
    ok: true,
    plan: {
      v: 1,
      kind: 'run',
      pipeline: {
        project: pipeline.project,
        name: pipeline.definition.name,
        title: pipeline.definition.title,
      },
      release:
        release === null
          ? null
          : {
              project: release.project,
              name: release.definition.name,
              title: release.definition.title,
            },
      definitions: usedDefinitions(input),
      parameters,
      source: facts.source,
      brings: bringsOf(input),
      stages,
      onFailure: input.onFailure,
      waitForPersonMs: input.waitForPersonMs,
      timeoutMs: null,
    },
  }
}

function planStage(
  stage: StageDefinition,
  input: RunPlanInput,
  parameters: ParameterValues,
  refusals: Refusals,
): StagePlan {
  const { facts, pipeline } = input
  const where = `stages/${stage.name}`
  const environment = environmentOf(stage, input, refusals)
  const context = { facts, project: pipeline.project, parameters, refusals }
  const allowSelfApproval = environment?.definition.allowSelfApproval ?? false
  return {
    name: stage.name,
    title: stage.title,
    environment:
      environment === undefined
        ? null
        : {
            id: environment.id,
            project: environment.project,
            name: environment.definition.name,
            title: environment.definition.title,
          },
    when: stage.when?.cel ?? null,
    entry: planGate(stage.entry, allowSelfApproval, { ...context, where: `${where} › entry` }),
    tasks: planTasks(stage.tasks, {
      ...context,
      where: `${where} › tasks`,
      stage: stage.name,
      environment: environment?.definition ?? null,
    }),
    exit: planGate(stage.exit, allowSelfApproval, { ...context, where: `${where} › exit` }),
    holdThroughExitGate: false,
    notBefore: null,
  }
}

function environmentOf(
  stage: StageDefinition,
  input: RunPlanInput,
  refusals: Refusals,
): (RunFacts['environments'] extends ReadonlyMap<string, infer Found> ? Found : never) | undefined {
  const { release } = input.facts
  const bound = release?.definition.environments[stage.name]
  const reference = stage.environment ?? bound
  if (reference === undefined) {
    if (!needsEnvironment(stage)) return undefined
    refusals.add(
      'stage_without_environment',
      `stages/${stage.name}`,
      `The stage "${stage.name}" deploys and has no environment. Name one in the stage or in the release.`,
    )
    return undefined
  }
  const from =
    stage.environment === undefined && release !== null ? release.project : input.pipeline.project
  const found = input.facts.environments.get(fullName(reference, from))
  if (found === undefined) {
    refusals.add(
      'unknown_name',
      `stages/${stage.name} › environment`,
      `There is no environment "${fullName(reference, from)}".`,
    )
  }
  return found
}

function needsEnvironment(stage: StageDefinition): boolean {
  const pending = [...stage.tasks]
  for (let task = pending.pop(); task !== undefined; task = pending.pop()) {
    if (isGroup(task)) {
      pending.push(...task.tasks)
    } else if (
      task.kind === 'deploy' ||
      task.kind === 'rollback' ||
      task.kind === 'run_process' ||
      task.kind === 'prepare'
    ) {
      return true
    }
  }
  return false
}

function refuseMissingSnapshots(input: RunPlanInput, refusals: Refusals): void {
  const release = input.facts.release
  if (release === null) return
  for (const collected of release.definition.applications) {
    const name = fullName(collected.application, release.project)
    if (input.facts.snapshots.has(name)) continue
    refusals.add(
      'not_collected',
      `applications/${name}`,
      `The release has no snapshot of "${name}" yet: its team pipeline has not passed with a version it takes.`,
    )
  }
}

function refuseManyEnvironments(stages: readonly StagePlan[], refusals: Refusals): void {
  for (const stage of stages) {
    const count = environmentsChanged({ stages: [stage] }).length
    if (count <= STAGE_ENVIRONMENTS_MAX) continue
    refusals.add(
      'too_many_environments',
      `stages/${stage.name}`,
      `The stage "${stage.name}" and the pipelines that it runs change ${count} environments; a stage holds at most ${STAGE_ENVIRONMENTS_MAX} together. Divide it into several stages.`,
    )
  }
}

function bringsOf(input: RunPlanInput): readonly Brings[] {
  const { facts, pipeline } = input
  const names =
    facts.release === null
      ? [...applicationsOf(pipeline)]
      : facts.release.definition.applications.map((collected) =>
          fullName(collected.application, facts.release?.project ?? pipeline.project),
        )
  return names.map((name) => {
    const [project = '', application = ''] = name.split('/')
    const snapshot = facts.snapshots.get(name)
    return {
      application: { project, name: application },
      snapshot: snapshot?.digest ?? null,
      version: snapshot?.version ?? null,
      passed: snapshot?.passed ?? null,
    }
  })
}

/** `project/name` of every application that tasks of the pipeline work on, in the order written. */
export function applicationsOf(pipeline: Pipeline): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (tasks: StageDefinition['tasks']): void => {
    for (const task of tasks) {
      if (isGroup(task)) visit(task.tasks)
      else if ('application' in task) names.add(fullName(task.application, pipeline.project))
    }
  }
  for (const stage of pipeline.definition.stages) visit(stage.tasks)
  return names
}

/** The snapshots that roll backs of the pipeline name: application as `project/name`, and version. */
export function namedVersionsOf(
  pipeline: Pipeline,
): readonly { readonly application: string; readonly version: string }[] {
  const visit = (tasks: StageDefinition['tasks']): { application: string; version: string }[] =>
    tasks.flatMap((task) => {
      if (isGroup(task)) return visit(task.tasks)
      if (task.kind !== 'rollback' || task.to === undefined) return []
      return [{ application: fullName(task.application, pipeline.project), version: task.to }]
    })
  return pipeline.definition.stages.flatMap(({ tasks }) => visit(tasks))
}

/** Keys (`stage/task`) and pipelines of the tasks that run another pipeline: planned before the run itself. */
export function nestedPipelinesOf(pipeline: Pipeline): readonly {
  readonly key: string
  readonly pipeline: string
  readonly parameters: Readonly<Record<string, unknown>>
}[] {
  const found: { key: string; pipeline: string; parameters: Record<string, unknown> }[] = []
  const visit = (stage: string, path: string, tasks: StageDefinition['tasks']): void => {
    for (const task of tasks) {
      const address = `${path}${addressOf(task.name)}`
      if (isGroup(task)) {
        visit(stage, `${address}/`, task.tasks)
      } else if (task.kind === 'run_pipeline') {
        found.push({
          key: `${stage}/${address}`,
          pipeline: fullName(task.pipeline, pipeline.project),
          parameters: task.parameters,
        })
      }
    }
  }
  for (const stage of pipeline.definition.stages) visit(stage.name, '', stage.tasks)
  return found
}

function usedDefinitions(input: RunPlanInput): readonly UsedDefinition[] {
  const { facts, pipeline } = input
  const used: UsedDefinition[] = [usedAs('pipeline', pipeline)]
  if (facts.release !== null) used.push(usedAs('release', facts.release))
  for (const environment of facts.environments.values())
    used.push(usedAs('environment', environment))
  for (const application of facts.applications.values())
    used.push(usedAs('application', application))
  return used.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

function usedAs(
  kind: UsedDefinition['kind'],
  revised: Revised<{ readonly name: string }>,
): UsedDefinition {
  const { project, revision, digest, editor, definition } = revised
  return { kind, project, name: definition.name, revision, digest, editor }
}

function keyOf(used: UsedDefinition): string {
  return `${used.kind}/${used.project}/${used.name}`
}

/** The plan with the digests of its process plans, by key of the task: `stage/task`. */
export function withProcessPlans(
  plan: RunPlan,
  digests: ReadonlyMap<string, `sha256:${string}`>,
): RunPlan {
  return {
    ...plan,
    stages: plan.stages.map((stage) => ({
      ...stage,
      tasks: stage.tasks.map((task) => {
        const digest = digests.get(`${stage.name}/${task.key}`)
        if (task.work.kind !== 'process' || digest === undefined) return task
        return { ...task, work: { ...task.work, plan: digest } }
      }),
    })),
  }
}
