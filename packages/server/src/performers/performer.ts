// What every performer is given: facts to read, and the reactor to answer to.

import type {
  GateRunState,
  Plan,
  Question,
  RunPlan,
  StagePlan,
  StageRunState,
  StateHead,
} from '@lockstep/domain'

import type { ReactorPort, Target } from '../ports/reactor.ts'
import type { Queryable } from '../postgres/queryable.ts'

/** What performers use. */
export interface PerformerDeps {
  readonly db: Queryable
  readonly reactor: Pick<ReactorPort, 'submit' | 'now'>
  /** Asks an address outside; refuses what the administrator has not allowed. */
  readonly fetch: typeof fetch
}

/** One question with what it is about. */
export type Asked<Type extends Question['type'] = Question['type']> = Type extends unknown
  ? {
      readonly question: Extract<Question, { type: Type }>
      readonly target: Target
      readonly state: StateHead
      readonly plan: RunPlan
    }
  : never

/** The plan of a run; a performer that is asked without one has met a bug. */
export function runPlanOf(plan: Plan | undefined): RunPlan {
  if (plan?.kind !== 'run') throw new Error('the question belongs to a run plan')
  return plan
}

/** The state of a stage run, when the question comes from one. */
export function asStageRun(state: StateHead): StageRunState {
  // The reactor says which machine asks; only stage runs ask these questions.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return state as StageRunState
}

/** The state of a gate run, when the question comes from one. */
export function asGateRun(state: StateHead): GateRunState {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above: only gate runs ask these questions
  return state as GateRunState
}

/** The stage of a plan by its index. */
export function stageAt(plan: RunPlan, index: number): StagePlan {
  const stage = plan.stages[index]
  if (stage === undefined) throw new Error(`the plan has no stage ${index}`)
  return stage
}
