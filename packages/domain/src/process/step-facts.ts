// What a step run puts on record: what runs and is wanted on a resource, and how tests went.

import type { JobReport } from '../kernel/effect.ts'
import { findInventoryFact, findPassedOver, type ChainEnd } from './installed-evidence.ts'
import type { JobAt } from './step-run-state.ts'
import { targetOf, type Turn } from './step-turn.ts'

export function recordInventory(
  turn: Turn,
  at: JobAt,
  end: ChainEnd['end'],
  runs: JobReport['runs'],
): void {
  const { plan, step, state } = turn
  const fact = findInventoryFact({
    plan,
    step,
    environment: state.environment,
    root: state.root,
    job: at.job,
    target: targetOf(step, at),
    end,
    runs,
  })
  if (fact !== undefined) turn.effects.push({ type: 'record', fact })
}

/** What is passed over is wanted now all the same, under the version of today. */
export function recordPassedOver({ plan, step, state, effects }: Turn, index: number): void {
  const target = step.targets[index]
  const fact =
    target &&
    findPassedOver({ plan, step, environment: state.environment, root: state.root, target })
  if (fact !== undefined) effects.push({ type: 'record', fact })
}

/** Every attempt's tests are kept: a test that failed and then passed is what makes it known as flaky. */
export function recordTests(turn: Turn, at: JobAt, report: JobReport): void {
  if (report.tests === undefined) return
  const [stage = '', task = stage] = turn.state.step.split('/')
  turn.effects.push({
    type: 'record',
    fact: {
      kind: 'test_results',
      job: at.job,
      stage,
      task,
      results: { ...report.tests, failures: [...report.tests.failures] },
    },
  })
}
