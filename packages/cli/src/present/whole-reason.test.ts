import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { job, step } from '../../testing/documents.ts'
import { wholeReason } from './whole-reason.ts'

const WHOLE = 'ingest-api 2.0.0 has other bytes already. Build a new version. It is sha256:41c2.'
const steps = [step({ jobs: [job(), job({ state: 'failed', reason: WHOLE })] })]

suite('wholeReason', () => {
  test('is what the work says, where the state of the run has cut it off', () => {
    const reason = `Build on builder: ${WHOLE.slice(0, 30)}…`
    assert.equal(wholeReason({ reason, steps }), `Build on builder: ${WHOLE}`)
    assert.equal(wholeReason({ reason: `${WHOLE.slice(0, 30)}…`, steps }), WHOLE)
  })

  test('keeps what is counted behind the cut', () => {
    const reason = `${WHOLE.slice(0, 30)}…, and 3 more`
    assert.equal(wholeReason({ reason, steps }), `${WHOLE.slice(0, -1)}, and 3 more`)
    const [without, sign] = [WHOLE.slice(0, -1), `${WHOLE.slice(0, 30)}…, and $& more`]
    const one = [step({ jobs: [job({ state: 'failed', reason: without })] })]
    assert.equal(wholeReason({ reason, steps: one }), `${without}, and 3 more`)
    assert.equal(wholeReason({ reason: sign, steps }), `${without}, and $& more`)
  })

  test('is the reason itself when it is whole, or when no work says more', () => {
    assert.equal(wholeReason({ reason: 'exit code 1', steps }), 'exit code 1')
    assert.equal(wholeReason({ reason: 'something else…', steps }), 'something else…')
  })

  test('is that of a step where the task has none', () => {
    const failed = [step({ reason: 'no such file' })]
    assert.equal(wholeReason({ reason: null, steps: failed }), 'no such file')
    assert.equal(wholeReason({ reason: null, steps: [] }), null)
  })
})
