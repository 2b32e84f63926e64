import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import type { Gate } from '../documents.ts'
import { askHalf, presentHalf, presentHalves, presentWithdrawn } from './break-glass.ts'

const overridden = (...people: readonly string[]): Pick<Gate, 'override'> => ({
  override:
    people.length === 0
      ? null
      : {
          by: people.map((person) => ({
            person,
            reason: 'Charging stops',
            at: '2026-11-17T13:03:00.000Z',
          })),
          need: 2,
          until: '2026-11-17T14:03:00.000Z',
        },
})

suite('break-glass in words', () => {
  test('the second is told who overrides the gate, why, and that theirs lets it go', () => {
    assert.equal(presentHalves(overridden()), '')
    assert.match(askHalf(overridden()), /^Nothing changes until a second person does so as well\. /)
    assert.equal(
      presentHalves(overridden('security-1')),
      'security-1 overrides it already:  "Charging stops"',
    )
    assert.match(
      askHalf(overridden('security-1')),
      /^With yours the gate needs no approvals: it passes as soon as its checks hold\. /,
    )
  })

  test('a half is taken back until the gate has passed', () => {
    const say = (people: readonly string[], state: Gate['state']): string =>
      presentHalf({ ...overridden(...people), state }, 'car/7/staging.exit')
    const back = / Take it back: {2}lockstep gate withdraw car\/7\/staging\.exit$/
    assert.match(say(['security-1'], 'waiting'), back)
    assert.match(say(['security-1', 'security-2'], 'checking'), back)
    assert.equal(say(['security-1', 'security-2'], 'passed'), '! Passed without its approvals.')
  })

  test('whoever takes a half back is asked nothing, and an approver is asked again', () => {
    const [none, one, two] = [
      overridden(),
      overridden('security-1'),
      overridden('security-1', 'me'),
    ]
    assert.equal(presentWithdrawn(none, none), '✓ Taken back. You are asked again.')
    assert.equal(presentWithdrawn(one, one), '✓ Taken back. You are asked again.')
    assert.equal(
      presentWithdrawn(one, none),
      '✓ Taken back. Nobody overrides it any more. The gate waits for its approvals.',
    )
    assert.equal(
      presentWithdrawn(two, one),
      '✓ Taken back. The gate waits for its approvals, unless somebody else overrides it together with security-1.',
    )
  })
})
