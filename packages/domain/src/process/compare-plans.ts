// What has moved between two plans of the same process: the difference that a person reads, and whose doing it was.

import { canonicalText } from '../kernel/canonical.ts'
import type { JsonValue } from '../kernel/json.ts'
import type { ProcessPlan, StepPlan, TargetPlan } from './process-plan.ts'

/** One thing in which two plans differ. */
export interface PlanDifference {
  readonly step: string
  /** The component and resource whose inventory has changed; null: it is not about what runs somewhere. */
  readonly place: { readonly component: string; readonly resource: string } | null
  readonly text: string
}

/**
 * In what the plan of now does something else than the one before, step by step. Plans that differ in nothing of this do the
 * same: the version that they begin from, in short, is only a summary.
 */
export function comparePlans(before: ProcessPlan, now: ProcessPlan): readonly PlanDifference[] {
  const changed = now.steps.flatMap((step) => {
    const was = before.steps.find(({ key }) => key === step.key)
    if (was === undefined) return [differ(step, `${step.key} is new`)]
    return [...compareSteps(was, step), ...compareTargets(was, step)]
  })
  const gone = before.steps.filter(({ key }) => now.steps.every((step) => step.key !== key))
  return [...changed, ...gone.map((step) => differ(step, `${step.key} is gone`))]
}

function compareSteps(was: StepPlan, is: StepPlan): readonly PlanDifference[] {
  return bareText(was) === bareText(is)
    ? []
    : [differ(is, `${is.key}: the definitions it was planned from have changed`)]
}

/** The step without where it is done. A plan is JSON by construction. */
function bareText({ targets: _targets, ...step }: StepPlan): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return canonicalText(step as unknown as JsonValue)
}

function compareTargets(was: StepPlan, is: StepPlan): readonly PlanDifference[] {
  const old = new Map(was.targets.map((target) => [target.resource, target]))
  const stay = new Set(is.targets.map(({ resource }) => resource))
  return [
    ...is.targets.flatMap((target) => {
      const text = textOf(is, old.get(target.resource), target)
      if (text === undefined) return []
      const isKnown = is.component !== null && old.has(target.resource)
      const place = isKnown ? { component: is.component ?? '', resource: target.resource } : null
      return [{ step: is.key, place, text }]
    }),
    ...was.targets
      .filter(({ resource }) => !stay.has(resource))
      .map(({ resource }) => differ(is, `${resource} is gone from ${is.key}`)),
  ]
}

function textOf(
  { key }: StepPlan,
  was: TargetPlan | undefined,
  is: TargetPlan,
): string | undefined {
  const { resource } = is
  if (was === undefined) return `${resource} is new in ${key}`
  if (was.pool !== is.pool) return `${resource}: ${key} has another agent of this name`
  if (was.to?.digest !== is.to?.digest) {
    return `${resource}: ${key} was to run ${versionOf(was.to)}, now ${versionOf(is.to)}`
  }
  if (was.from?.digest !== is.from?.digest) {
    return `${resource}: ${key} ran ${versionOf(was.from)}, now runs ${versionOf(is.from)}`
  }
  if (was.action === is.action) return undefined
  return is.action === 'skip'
    ? `${resource}: ${key} has nothing to do any more (${is.reason ?? 'done'})`
    : `${resource}: what ${key} runs is not proven any more`
}

function versionOf(installed: TargetPlan['from']): string {
  return installed?.version ?? 'nothing that is known'
}

function differ({ key }: StepPlan, text: string): PlanDifference {
  return { step: key, place: null, text }
}
