// What an agent is sent for one job: everything the plan says about it, and nothing else.

import { assertInvariant } from '../kernel/invariant.ts'
import type { Plan } from '../pipeline/run-plan.ts'
import { addressOf } from './address.ts'
import { findStep } from './find-step.ts'
import type { EnvValue, LinkPlan, StepPlan, TargetPlan, Work } from './process-plan.ts'
import { asVariables } from './variables.ts'

export interface JobWork {
  /** Where the job is in its run: `ingest-api/restart@eu-edge-2`, `qa/on-real-phones@phone-small`. */
  readonly address: string
  readonly title: string
  readonly resource: string
  readonly component: {
    readonly project: string
    readonly application: string
    readonly name: string
  } | null
  readonly process: string | null
  readonly work: Work
  readonly timeoutMs: number
  readonly noOutputMs: number | null
  /** What the plan saw there, and what will run. An agent that finds neither of the two does nothing and says so. */
  readonly from: TargetPlan['from']
  readonly to: TargetPlan['to']
  /** Read again after the work and reported as `runs`: the last link of a chain that changes what runs. */
  readonly reportsRuns: boolean
}

/** The work of one link on one target. Throws when the plan has no such link or target: a job is only made from a plan. */
export function jobWork(plan: Plan, stepKey: string, link: number, target: number): JobWork {
  const step = findStep(plan, stepKey)
  const linkPlan = step?.links[link]
  const targetPlan = step?.targets[target]
  assertInvariant(
    step !== undefined && linkPlan !== undefined && targetPlan !== undefined,
    `job ${stepKey} ${link} ${target} is in the plan`,
  )
  return {
    address: jobAddress(step, linkPlan, targetPlan),
    title: linkPlan.name,
    resource: targetPlan.resource,
    component: componentOf(plan, step),
    process: step.process,
    work: withVariables(linkPlan.work, variablesOf(plan), targetPlan),
    timeoutMs: linkPlan.timeoutMs,
    noOutputMs: linkPlan.noOutputMs,
    from: targetPlan.from,
    to: targetPlan.to,
    reportsRuns: (step.installs !== null || step.removes) && link === step.links.length - 1,
  }
}

/** The address of a job; a step of a single link that is not of a component is its own address. */
function jobAddress(step: StepPlan, link: LinkPlan, target: TargetPlan): string {
  const isTask = step.component === null && step.links.length === 1
  const path = isTask ? step.key : `${step.key}/${addressOf(link.name)}`
  return `${path}@${target.resource}`
}

function componentOf(plan: Plan, step: StepPlan): JobWork['component'] {
  if (plan.kind !== 'process' || step.component === null) return null
  const { project, name } = plan.application
  return { project, application: name, name: step.component }
}

/** The matrix of the target goes before parameters, and what the step itself says before both. */
function withVariables(
  work: Work,
  variables: Readonly<Record<string, EnvValue>>,
  { matrix }: TargetPlan,
): Work {
  if (work.kind === 'artifact' || work.kind === 'http_check') return work
  return { ...work, env: { ...variables, ...asVariables(matrix), ...work.env } }
}

function variablesOf(plan: Plan): Readonly<Record<string, EnvValue>> {
  return plan.kind === 'process' ? (plan.variables ?? {}) : asVariables(plan.parameters)
}
