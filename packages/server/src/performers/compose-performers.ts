// Which performer answers which question.

import type { Performer } from '../ports/reactor.ts'
import { askCheck } from './ask-check.ts'
import { confirmGate } from './confirm-gate.ts'
import { describeGate } from './describe-gate.ts'
import { judgeCondition } from './judge-condition.ts'
import { makeSnapshot } from './make-snapshot.ts'
import { runPlanOf, type PerformerDeps } from './performer.ts'
import { planProcessOfTask } from './plan-process.ts'

/** The performer of every question that aggregates ask the server. */
export function composePerformers(deps: PerformerDeps): Performer {
  return async (question, target, state, plan) => {
    switch (question.type) {
      case 'judge_condition':
        return judgeCondition(deps, { question, target, state, plan })
      case 'make_snapshot':
        return makeSnapshot(deps, { question, target, state, plan: runPlanOf(plan) })
      case 'plan_process':
        return planProcessOfTask(deps, { question, target, state, plan: runPlanOf(plan) })
      case 'describe_gate':
        return describeGate(deps, { question, target, state, plan: runPlanOf(plan) })
      case 'confirm_gate':
        return confirmGate(deps, { question, target, state, plan: runPlanOf(plan) })
      case 'ask_check':
        return askCheck(deps, { question, target, state, plan: runPlanOf(plan) })
      case 'ask_health':
        // Health is asked on the hosts, as the last link of each chain; plans carry no other question about it.
        throw new Error('no plan of this server asks about health between batches')
    }
  }
}
