// A process plan as a person reads it before it runs: what is done where, and what is passed over.

import type { ProcessPlan, StepPlan, TargetPlan } from './process-plan.ts'

/** A line of the description: resources of one step with which the same happens. */
export interface PlanLine {
  readonly step: string
  readonly tier: string | null
  readonly resources: readonly string[]
  readonly component: string | null
  /** Names of the links in order, and `health` at the end where it is asked: `place, restart, health`. */
  readonly does: readonly string[]
  /** Why nothing is done: `already 2.0.0`; null: something is. */
  readonly skipped: string | null
  /** What runs there now, as the plan saw it; null: nothing known. */
  readonly from: string | null
  readonly to: string | null
  /** How many at a time, of the resources of this line; null where nothing is done. */
  readonly atOnce: number | null
  /** Its condition, where it has one. */
  readonly when: string | null
  readonly needs: readonly string[]
}

export interface PlanDescription {
  readonly process: string
  readonly application: string
  readonly environment: string | null
  readonly from: string | null
  readonly to: string | null
  readonly force: boolean
  readonly lines: readonly PlanLine[]
  /** Resources on which something is done, and those that are passed over, each counted once for each component. */
  readonly runs: number
  readonly skips: number
}

/** What a dry run shows, in the order in which it would be done. */
export function describePlan(plan: ProcessPlan): PlanDescription {
  const touched = { run: new Set<string>(), skip: new Set<string>() }
  for (const step of plan.steps) {
    for (const { action, resource } of step.targets) {
      touched[action].add(JSON.stringify([step.component, resource]))
    }
  }
  return {
    process: plan.process,
    application: plan.application.name,
    environment: plan.environment?.name ?? null,
    from: plan.from,
    to: plan.snapshot?.version ?? null,
    force: plan.force,
    lines: plan.steps.flatMap(describeStep),
    runs: touched.run.size,
    skips: touched.skip.size,
  }
}

function describeStep(step: StepPlan): readonly PlanLine[] {
  const alike = Map.groupBy(step.targets, (target) =>
    JSON.stringify([target.action, target.reason, target.from?.version, target.to?.version]),
  )
  return [...alike.values()].flatMap((targets) => {
    const [first] = targets
    return first === undefined ? [] : [describeLine(step, first, targets)]
  })
}

function describeLine(step: StepPlan, first: TargetPlan, targets: readonly TargetPlan[]): PlanLine {
  const isSkipped = first.action === 'skip'
  const links = step.links.map(({ name }) => name)
  return {
    step: step.key,
    tier: step.tier ?? null,
    resources: targets.map(({ resource }) => resource),
    component: step.component,
    does: isSkipped ? [] : step.health === null ? links : [...links, 'health'],
    skipped: isSkipped ? first.reason : null,
    from: first.from?.version ?? null,
    to: first.to?.version ?? null,
    atOnce: isSkipped ? null : Math.min(step.atOnce, targets.length),
    when: step.when,
    needs: step.needs,
  }
}
