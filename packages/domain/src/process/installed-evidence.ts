// What the end of a chain on one resource proves about what that resource runs.

import type { Fact, JobReport } from '../kernel/effect.ts'
import type { EnvironmentId, JobId } from '../kernel/id.ts'
import type { Plan } from '../pipeline/run-plan.ts'
import type { Digest, StepPlan, TargetPlan } from './process-plan.ts'

interface Installed {
  readonly version: string
  readonly digest: Digest
}

type InventoryComponent = Extract<Fact, { kind: 'inventory' }>['component']

/**
 * The report of a last link, held against what the step has to leave behind: an agent that succeeded and then reads
 * other bits than wanted has failed. A step that a later one completes is not judged yet.
 */
export function judgeInstalled(step: StepPlan, target: TargetPlan, report: JobReport): JobReport {
  if (report.outcome !== 'succeeded' || report.runs === undefined) return report
  const { runs } = report
  if (step.removes && runs !== null) return failed(report, `still runs ${runs.version}`)
  const wanted = step.installs
  if (wanted === null || target.completedBy !== undefined || runs?.digest === wanted.digest) {
    return report
  }
  if (runs?.version === wanted.version) {
    return failed(report, `runs ${short(runs)}, wanted ${short(wanted)}`)
  }
  return failed(report, `runs ${runs?.version ?? 'nothing'}, wanted ${wanted.version}`)
}

/** How a chain on one resource came to its end, or did not. */
export interface ChainEnd {
  readonly plan: Plan
  readonly step: StepPlan
  readonly environment: EnvironmentId | null
  readonly root: string
  readonly job: JobId
  readonly target: TargetPlan
  /** `done`: the whole chain succeeded; `broken`: it ended before; `lost`: nobody knows. */
  readonly end: 'done' | 'broken' | 'lost'
  readonly runs: JobReport['runs']
}

/**
 * The row of inventory that this end is worth, if the step changes what runs. Verified is only what the agent read
 * again after the whole chain. A broken chain takes the verification away: half of it may be in place, and no later
 * plan may skip the resource.
 */
export function findInventoryFact(chain: ChainEnd): Fact | undefined {
  const { plan, step, environment, target, end } = chain
  const changes = step.installs !== null || step.removes
  if (!changes || plan.kind !== 'process' || environment === null || step.component === null) {
    return undefined
  }
  const completes = end === 'done' && target.completedBy === undefined
  const wanted = step.removes || step.installs === null ? null : installedOf(step.installs)
  const seen = chain.runs === undefined ? undefined : chain.runs && installedOf(chain.runs)
  const before = target.from && installedOf(target.from)
  return {
    kind: 'inventory',
    environment,
    component: componentOf(plan, step.component),
    resource: target.resource,
    runs: seen !== undefined ? seen : completes ? wanted : before,
    wanted,
    verified: completes && seen !== undefined && seen?.digest === wanted?.digest,
    unknown: end === 'lost',
    by: { root: chain.root, job: chain.job },
  }
}

/**
 * That a resource was passed over, for the inventory: it ran the wanted bits by evidence when the plan was made. A step that
 * a later one completes says nothing yet.
 */
export function findPassedOver(passed: Omit<ChainEnd, 'job' | 'end' | 'runs'>): Fact | undefined {
  const { plan, step, environment, target } = passed
  if (plan.kind !== 'process' || environment === null || step.component === null) return undefined
  if (target.completedBy !== undefined || (step.installs === null && !step.removes))
    return undefined
  return {
    kind: 'passed_over',
    environment,
    component: componentOf(plan, step.component),
    resource: target.resource,
    wanted: target.to && installedOf(target.to),
    by: { root: passed.root },
  }
}

function componentOf(plan: Extract<Plan, { kind: 'process' }>, name: string): InventoryComponent {
  return { project: plan.application.project, application: plan.application.name, name }
}

function installedOf({ version, digest }: Installed): Installed {
  return { version, digest }
}

function failed(report: JobReport, reason: string): JobReport {
  return { ...report, outcome: 'failed', reason }
}

function short({ version, digest }: Installed): string {
  return `${version} (${digest.slice(0, 'sha256:'.length + 8)})`
}
