// What an automatic condition is asked about, and what it answers.

import type { RunPlan, StageRunState } from '@lockstep/domain'

import type { Asked, PerformerDeps } from './performer.ts'

/** What a check has found, with the sentence that the gate shows. */
export interface CheckAnswer {
  readonly answer: 'holds' | 'not' | 'error'
  readonly evidence: string
  readonly value?: number
}

/** What a check is asked about. */
export interface CheckContext {
  readonly deps: PerformerDeps
  readonly asked: Asked<'ask_check'>
  readonly stage: StageRunState
  readonly plan: RunPlan
}
