import { evaluateCondition } from '@lockstep/define/check'
import type {
  Plan,
  ProcessRunState,
  Question,
  RunPlan,
  StageRunState,
  StateHead,
} from '@lockstep/domain'

import type { Target } from '../ports/reactor.ts'
import { findPlan } from '../postgres/plans.ts'
import { readConditionValues, readStageRun } from './condition-values.ts'
import { asStageRun, runPlanOf, type PerformerDeps } from './performer.ts'

/**
 * Judges the condition of a stage, of a task, or of a step of a process, on what is known now. What cannot be judged is
 * an error, never a yes.
 */
export async function judgeCondition(
  deps: PerformerDeps,
  asked: {
    readonly question: Extract<Question, { type: 'judge_condition' }>
    readonly target: Target
    readonly state: StateHead
    readonly plan: Plan | undefined
  },
): Promise<void> {
  const { question, target } = asked
  const { stage, plan } = await findStage(deps, asked)
  const values = await readConditionValues(deps.db, target, plan, stage)
  const { node, round } = question
  const judged = evaluateCondition(question.cel, values)
  const answer = judged.ok ? { holds: judged.holds } : { error: judged.error }
  await deps.reactor.submit(target, { type: 'condition_judged', node, round, ...answer }, 'rule')
}

/** The stage that the condition belongs to: the asking one, or the one whose task the process runs for. */
async function findStage(
  deps: PerformerDeps,
  {
    target,
    state,
    plan,
  }: { readonly target: Target; readonly state: StateHead; readonly plan: Plan | undefined },
): Promise<{ readonly stage: StageRunState; readonly plan: RunPlan }> {
  if (plan?.kind === 'run') return { stage: asStageRun(state), plan }
  // Only process runs carry out process plans.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  const { parent } = state as ProcessRunState
  const stage = await readStageRun(deps.db, target, parent.id)
  if (stage === undefined) throw new Error('the stage of a process run is there')
  return { stage, plan: runPlanOf(await findPlan(deps.db, stage.plan)) }
}
