import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { nextOf } from './describe-run.ts'
import type { StageView } from './present-stage.ts'

/** As much of a stage as the sentence is made of; no status when it has not begun. */
function stage(title: string, status?: string): StageView {
  return {
    plan: { title },
    state: status === undefined ? undefined : { status },
    gateWaits: [],
  } as unknown as StageView
}

suite('what comes next in a run', () => {
  test('is its first stage while none has begun', () => {
    assert.equal(nextOf([stage('Staging'), stage('Production')]), 'The first stage begins.')
  })

  test('between two stages is the next one', () => {
    const stages = [stage('Staging', 'succeeded'), stage('Production')]
    assert.equal(nextOf(stages), 'Production.')
  })

  test('after the last stage is the success of the run', () => {
    const stages = [stage('Staging', 'succeeded'), stage('Production', 'succeeded')]
    assert.equal(nextOf(stages), 'The run succeeds.')
  })
})
