import { evaluateCondition } from '@lockstep/define/check'

import { readConditionValues } from './condition-values.ts'
import { asStageRun, type Asked, type PerformerDeps } from './performer.ts'

/** Judges the condition of a stage or task on what is known now. What cannot be judged is an error, never a yes. */
export async function judgeCondition(
  deps: PerformerDeps,
  { question, target, state, plan }: Asked<'judge_condition'>,
): Promise<void> {
  const values = await readConditionValues(deps.db, target, plan, asStageRun(state))
  const { node, round } = question
  const judged = evaluateCondition(question.cel, values)
  const answer = judged.ok ? { holds: judged.holds } : { error: judged.error }
  await deps.reactor.submit(target, { type: 'condition_judged', node, round, ...answer }, 'rule')
}
