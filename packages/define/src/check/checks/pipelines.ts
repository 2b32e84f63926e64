// Pipelines: stages have a place, deploy what exists, in an order that can work.

import type { Finding, Pointer } from '../mistake/finding.ts'
import type { Definition } from '../schema/definition.ts'
import type { PipelineDefinition, StageDefinition } from '../schema/pipeline.ts'
import { presentReference, type Reference } from '../schema/reference.ts'
import type { SingleTaskDefinition, TaskDefinition } from '../schema/task.ts'
import { listRules, singleTasks, type Placed } from './walk.ts'
import { unknownName, type World } from './world.ts'

/** Stages and tasks that cannot do what they say. */
export function checkPipeline(definition: Definition, world: World): Finding[] {
  if (definition.kind !== 'pipeline') return []
  return [
    ...definition.stages.flatMap((stage, index) =>
      checkStage(definition, stage, ['stages', index], world),
    ),
    ...checkSnapshots(definition, world),
    ...checkTriggers(definition, world),
    ...checkRuleReferences(definition, world),
  ]
}

function checkStage(
  pipeline: PipelineDefinition,
  stage: StageDefinition,
  at: Pointer,
  world: World,
): Finding[] {
  const tasks = singleTasks(stage.tasks, [...at, 'tasks'])
  const findings = tasks.flatMap((task) => checkTask(task, world))
  if (stage.environment === undefined)
    return [...findings, ...checkUnbound(pipeline, stage, tasks, at)]
  const environment = world.environment(stage.environment, [...at, 'environment'])
  if (environment.finding !== undefined) return [...findings, environment.finding]
  if (environment.found === undefined) return findings
  return [
    ...findings,
    ...findNotReceived(tasks, environment.found.receives, stage.environment, world),
  ]
}

// A pipeline that something starts by itself has no release that could bind its stages.
function checkUnbound(
  pipeline: PipelineDefinition,
  stage: StageDefinition,
  tasks: readonly Placed<SingleTaskDefinition>[],
  at: Pointer,
): Finding[] {
  if (pipeline.on.length === 0) return []
  const needing = tasks.find(({ value }) => NEEDS_PLACE.has(value.kind))
  if (needing === undefined) return []
  return [
    {
      code: 'environment_missing',
      at,
      message: `The stage "${stage.name}" has no environment, and "${needing.value.name}" needs one.`,
    },
  ]
}

const NEEDS_PLACE: ReadonlySet<string> = new Set(['deploy', 'prepare', 'rollback', 'run_process'])

/** Tasks that put an application where nothing takes it. */
export function findNotReceived(
  tasks: readonly Placed<SingleTaskDefinition>[],
  receives: readonly string[],
  environment: Reference,
  world: World,
): Finding[] {
  return tasks.flatMap(({ value, at }): Finding[] => {
    if (value.kind !== 'deploy' && value.kind !== 'prepare') return []
    if (receives.includes(world.addressOf(value.application))) return []
    return [
      {
        code: 'tier_not_mapped',
        at: [...at, 'application', 'name'],
        message: `The environment "${presentReference(environment)}" does not receive "${presentReference(value.application)}". It needs a tier map of it.`,
      },
    ]
  })
}

function checkTask({ value: task, at }: Placed<SingleTaskDefinition>, world: World): Finding[] {
  if (task.kind === 'run_pipeline') {
    const pipeline = world.pipeline(task.pipeline, [...at, 'pipeline'])
    return pipeline.finding === undefined ? [] : [pipeline.finding]
  }
  if (task.kind === 'wait_for') {
    return task.check.kind === 'fleet_verified'
      ? applicationFindings(task.check.application, [...at, 'check'], world)
      : []
  }
  if (!('application' in task)) return []
  const application = world.application(task.application, [...at, 'application'])
  if (application.finding !== undefined) return [application.finding]
  if (application.found === undefined) return []
  const { components, processes } = application.found
  if (task.kind === 'build' && components !== undefined) {
    return Object.keys(task.artifacts).flatMap((component): Finding[] => {
      if (components.includes(component)) return []
      const name = presentReference(task.application)
      return [
        {
          ...unknownName(`component of "${name}"`, component, components, [
            ...at,
            'artifacts',
            component,
          ]),
          key: true,
        },
      ]
    })
  }
  if (task.kind === 'run_process' && processes?.includes(task.process) === false) {
    const name = presentReference(task.application)
    return [unknownName(`process of "${name}"`, task.process, processes, [...at, 'process'])]
  }
  return []
}

function applicationFindings(application: Reference, at: Pointer, world: World): Finding[] {
  const { finding } = world.application(application, [...at, 'application'])
  return finding === undefined ? [] : [finding]
}

/**
 * A team pipeline deploys the snapshot that it took itself, so it takes one first. A pipeline that nothing but a
 * release starts deploys what the release collected.
 */
function checkSnapshots(pipeline: PipelineDefinition, world: World): Finding[] {
  const all = pipeline.stages.flatMap((stage) => singleTasks(stage.tasks, []))
  const makes = all.some(({ value }) => value.kind === 'snapshot' || value.kind === 'build')
  const bySource = pipeline.on.some(
    (trigger) => trigger.kind === 'commit' || trigger.kind === 'tag',
  )
  if (!makes && !bySource) return []
  const taken = new Set<string>()
  return pipeline.stages.flatMap((stage, index) =>
    deploysBeforeSnapshot(stage.tasks, ['stages', index, 'tasks'], taken, world),
  )
}

// Side by side, nothing of one branch is done before another; what the group leaves counts afterwards.
function deploysBeforeSnapshot(
  tasks: readonly TaskDefinition[],
  at: Pointer,
  taken: Set<string>,
  world: World,
): Finding[] {
  return tasks.flatMap((task, index): Finding[] => {
    const here = [...at, index]
    if (task.kind === 'snapshot') taken.add(world.addressOf(task.application))
    if (task.kind === 'one_after_another')
      return deploysBeforeSnapshot(task.tasks, [...here, 'tasks'], taken, world)
    if (task.kind === 'side_by_side') {
      const branches = task.tasks.map((branch, position) => {
        const inBranch = new Set(taken)
        const findings = deploysBeforeSnapshot([branch], [...here, 'tasks'], inBranch, world)
        return {
          inBranch,
          findings: findings.map((finding) => atBranch(finding, here.length + 1, position)),
        }
      })
      for (const { inBranch } of branches) for (const address of inBranch) taken.add(address)
      return branches.flatMap(({ findings }) => findings)
    }
    if (task.kind !== 'deploy' && task.kind !== 'prepare') return []
    if (taken.has(world.addressOf(task.application))) return []
    const name = presentReference(task.application)
    return [
      {
        code: 'deploy_before_snapshot',
        at: here,
        message: `Nothing has made a snapshot of "${name}" before this. Put snapshot before ${task.kind}.`,
      },
    ]
  })
}

function atBranch(finding: Finding, depth: number, position: number): Finding {
  return {
    ...finding,
    at: [...finding.at.slice(0, depth), position, ...finding.at.slice(depth + 1)],
  }
}

function checkTriggers(pipeline: PipelineDefinition, world: World): Finding[] {
  return pipeline.on.flatMap((trigger, index): Finding[] => {
    if (trigger.kind !== 'after') return []
    const { finding } = world.pipeline(trigger.pipeline, ['on', index, 'pipeline'])
    return finding === undefined ? [] : [finding]
  })
}

function checkRuleReferences(pipeline: PipelineDefinition, world: World): Finding[] {
  return listRules(pipeline).flatMap(({ value: rules, at }) =>
    rules.flatMap((rule, index): Finding[] => {
      const here = [...at, index]
      if (rule.kind === 'fleet_verified') return applicationFindings(rule.application, here, world)
      if (rule.kind === 'passed') {
        const { finding } = world.pipeline(rule.pipeline, [...here, 'pipeline'])
        return finding === undefined ? [] : [finding]
      }
      if (rule.kind === 'in_window') return checkWindow(pipeline, rule.window, here, world)
      return []
    }),
  )
}

function checkWindow(
  pipeline: PipelineDefinition,
  window: string,
  at: Pointer,
  world: World,
): Finding[] {
  const stage = typeof at[1] === 'number' ? pipeline.stages[at[1]] : undefined
  if (stage?.environment === undefined) return []
  const windows = world.environment(stage.environment, []).found?.windows
  if (windows === undefined || windows.includes(window)) return []
  const name = presentReference(stage.environment)
  return [unknownName(`window of "${name}"`, window, windows, [...at, 'window'])]
}
