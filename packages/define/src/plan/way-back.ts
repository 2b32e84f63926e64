// The way back of a release as a pipeline: written by nobody, made of the release's own stages.

import { parseDefinition } from '../check/schema/definition.ts'
import type { PipelineDefinition, StageDefinition } from '../check/schema/pipeline.ts'
import type { RuleDefinition } from '../check/schema/rule.ts'
import { type StepDefinition } from '../check/schema/process.ts'
import { type ApplicationDefinition } from '../check/schema/application.ts'

/** One stage of the way back: which applications go to which version, in this order. */
export interface StageOfWayBack {
  readonly stage: string
  readonly applications: readonly {
    readonly application: { readonly project: string; readonly name: string }
    readonly version: string
  }[]
}

/**
 * The stages in the order of the way back, each in its environment, behind the approvals of its entry gate: who lets the
 * release in lets it out. A stage has passed when everything in its environment is healthy.
 */
export function pipelineOfWayBack(
  pipeline: PipelineDefinition,
  back: readonly StageOfWayBack[],
): PipelineDefinition {
  const stages = back.flatMap(({ stage, applications }) => {
    const written = pipeline.stages.find(({ name }) => name === stage)
    return written === undefined ? [] : [stageOfWayBack(written, applications)]
  })
  const { kind, name, title, parameters } = pipeline
  const parsed = parseDefinition({ kind, name, title, parameters, stages })
  if (!parsed.ok || parsed.definition.kind !== 'pipeline') {
    throw new Error(`the way back of ${name} is no pipeline: ${JSON.stringify(parsed)}`)
  }
  return parsed.definition
}

function stageOfWayBack(
  { name, title, environment, entry }: StageDefinition,
  applications: StageOfWayBack['applications'],
): unknown {
  return {
    kind: 'stage',
    name,
    title,
    ...(environment === undefined ? {} : { environment }),
    entry: onlyApprovals(entry),
    tasks: applications.map(({ application, version }) => ({
      kind: 'rollback',
      application,
      to: version,
    })),
    exit: [{ kind: 'healthy' }],
  }
}

function onlyApprovals(rules: readonly RuleDefinition[]): readonly RuleDefinition[] {
  return rules.flatMap((rule): readonly RuleDefinition[] => {
    if (rule.kind !== 'side_by_side') return rule.kind === 'approval' ? [rule] : []
    const inside = onlyApprovals(rule.rules)
    return inside.length === 0 ? [] : [{ ...rule, rules: [...inside] }]
  })
}

/** A step that was done once for a whole component, and that no process of the component takes back. */
export interface LastingStep {
  readonly component: string
  readonly step: string
}

/** Commands of deployments that run on one resource for all, such as a migration, where no process `rollback` undoes them. */
export function findLastingSteps(application: ApplicationDefinition): readonly LastingStep[] {
  return application.tiers.flatMap(({ components }) =>
    components.flatMap(({ name, hosts }) =>
      hosts === undefined || hosts['rollback'] !== undefined
        ? []
        : (hosts['deploy'] ?? [])
            .filter(isOnce)
            .map((step) => ({ component: name, step: step.name })),
    ),
  )
}

function isOnce(step: StepDefinition): boolean {
  return (step.kind === 'command' || step.kind === 'script') && step.runOn === 'one'
}
