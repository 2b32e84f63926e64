import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { approvalsSum, decidedBy, ofWhat, purposeOf } from './gate-line.ts'

const approval = (given: number, people: readonly string[] = []) => ({
  rule: 0,
  name: 'Ready for Production',
  state: 'waiting' as const,
  given,
  need: 1,
  of: ['qa'],
  asks: 'one of qa',
  oneFromEach: false,
  until: null,
  decisions: people.map((person) => ({
    person,
    decision: 'approve' as const,
    comment: '',
    at: '2026-11-17T14:00:00Z',
    self: null,
    for: ['qa'],
  })),
  missing: [],
  waitsFor: ['qa-lead'],
})

const brings = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ application: `app-${at}`, from: null, to: '2.0' }))

suite('a gate in a line', () => {
  test('an approval that more people gave than it wants stands for no other', () => {
    assert.deepEqual(approvalsSum({ approvals: [approval(3), approval(0)] }), { given: 1, need: 2 })
  })

  test('whoever decided twice is there once', () => {
    const approvals = [approval(1, ['qa-lead']), approval(2, ['qa-lead', 'release-manager'])]
    assert.deepEqual(decidedBy({ approvals }), ['qa-lead', 'release-manager'])
  })

  test('the run it belongs to is named without its number', () => {
    assert.equal(
      ofWhat({ title: 'Staging exit gate of Connected Car 2.0, run 7' }),
      'Connected Car 2.0',
    )
  })

  test('what it lets through is counted', () => {
    assert.equal(
      purposeOf({ brings: brings(3), next: 'Production', held: null }),
      'Lets 3 snapshots go on to Production',
    )
    assert.equal(
      purposeOf({ brings: [], next: 'Production', held: null }),
      'Lets the run go on to Production',
    )
    assert.equal(
      purposeOf({ brings: brings(1), next: null, held: null }),
      'The last gate of its run',
    )
  })

  test('one on hold says why', () => {
    const held = { by: 'qa-lead', at: '2026-11-17T14:32:00Z', reason: 'bench car 4 is offline' }
    assert.equal(purposeOf({ brings: [], next: null, held }), 'On hold: bench car 4 is offline')
  })
})
