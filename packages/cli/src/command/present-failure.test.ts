import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Refused, Unreachable } from '@lockstep/client'
import { problem } from '@lockstep/contract'

import { Interrupted, Refusal, UsageRefusal } from './failure.ts'
import { failureOf } from './present-failure.ts'

suite('failureOf', () => {
  test('each kind of failure has its exit code', () => {
    const kinds = [
      new Refusal('no'),
      new UsageRefusal('what?'),
      new Unreachable('https://lockstep.example.test cannot be reached: timeout.'),
      new Interrupted('run 7 goes on.'),
      new RangeError('a bug'),
    ]
    assert.deepEqual(
      kinds.map((error) => failureOf(error).exitCode),
      [1, 2, 3, 130, 3],
    )
  })

  test('a refusal of the server is told as it is, with what has changed, and without code and id', () => {
    const detail = 'What this gate lets through has changed since you looked at it.'
    const refused = new Refused(
      problem('covers_changed', detail, 'req_1', {
        changed: [{ path: 'parameters.soak', from: '2h', to: '30m' }],
      }),
    )
    assert.deepEqual(failureOf(refused).text.split('\n'), [
      'Refused: what this gate lets through has changed since you looked at it.',
      '  parameters.soak 2h → 30m',
    ])
  })

  test('a file that cannot be read is said, and is no fault of ours', () => {
    for (const code of ['ENOENT', 'EISDIR']) {
      const error = Object.assign(new Error(`${code}: it cannot be read`), { code })
      assert.deepEqual(
        [failureOf(error).exitCode, failureOf(error).text],
        [1, 'Refused: it cannot be read'],
      )
    }
  })

  test('a name at the beginning keeps its letters', () => {
    const refused = new Refused(problem('wrong_state', 'Staging waits.', 'req_1'))
    assert.equal(failureOf(refused).text, 'Refused: Staging waits.')
  })

  test('a fault of the server has its code and request, for whoever helps', () => {
    const fault = new Refused(problem('fault', 'The plan could not be read.', 'req_01KA80B3'))
    assert.deepEqual(
      [failureOf(fault).exitCode, failureOf(fault).text],
      [3, 'Something went wrong here: The plan could not be read.\nfault, request req_01KA80B3'],
    )
  })

  test('the command that helps stands on its own line, once', () => {
    const plain = new Refused(problem('not_signed_in', 'This needs a session.', 'req_1'))
    assert.equal(failureOf(plain).text, 'Refused: this needs a session.\nSign in:  lockstep login')
    const told = new Refused(problem('not_signed_in', 'Sign in first: lockstep login', 'req_1'))
    assert.equal(failureOf(told).text, 'Refused: Sign in first: lockstep login')
  })
})
