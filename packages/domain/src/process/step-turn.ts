// A step run while one event is folded into it.

import type { Effect, JobOrder } from '../kernel/effect.ts'
import { assertInvariant } from '../kernel/invariant.ts'
import type { Occurrence } from '../kernel/occurrence.ts'
import type { Plan } from '../pipeline/run-plan.ts'
import { findStep } from './find-step.ts'
import type { LinkPlan, StepPlan, TargetPlan } from './process-plan.ts'
import type { JobAt, TargetCounts, WorkingStepRun } from './step-run-state.ts'

/** A step being changed by one event. Changed in place while it is folded, and never seen outside. */
export interface Turn {
  readonly plan: Plan
  readonly step: StepPlan
  readonly event: Occurrence
  readonly effects: Effect[]
  readonly jobs: JobOrder[]
  state: WorkingStepRun
}

export function change(turn: Turn, to: Partial<WorkingStepRun>): void {
  turn.state = { ...turn.state, ...to }
}

export function count(turn: Turn, by: Partial<TargetCounts>): void {
  const counts = { ...turn.state.counts }
  for (const bucket of BUCKETS) counts[bucket] += by[bucket] ?? 0
  assertInvariant(counts.open >= 0 && counts.unknown >= 0, 'no more targets end than were opened')
  change(turn, { counts })
}

const BUCKETS = [
  'open',
  'succeeded',
  'failed',
  'errored',
  'aborted',
  'skipped',
  'unknown',
] as const satisfies readonly (keyof TargetCounts)[]

export function stepOf(plan: Plan, key: string): StepPlan {
  const step = findStep(plan, key)
  assertInvariant(step !== undefined, `step ${key} is in the plan`)
  return step
}

export function linkOf(step: StepPlan, at: Omit<JobAt, 'job'>): LinkPlan {
  const link = step.links[at.link]
  assertInvariant(link !== undefined, 'a job works on a link of the plan')
  return link
}

export function targetOf(step: StepPlan, at: Omit<JobAt, 'job'>): TargetPlan {
  const target = step.targets[at.target]
  assertInvariant(target !== undefined, 'a job works on a target of the plan')
  return target
}
