import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ofWhat, purposeOf } from './gate-words.ts'

const brings = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ application: `app-${at}`, from: null, to: '2.0' }))

suite('a gate in words', () => {
  test('names what it belongs to', () => {
    assert.equal(
      ofWhat({ title: 'Staging exit gate of Connected Car 2.0, run 7' }),
      'Connected Car 2.0',
    )
  })

  test('says what it lets through', () => {
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

  test('says why it is on hold', () => {
    const held = { by: 'qa-lead', at: '2026-11-17T14:32:00Z', reason: 'bench car 4 is offline' }
    assert.equal(purposeOf({ brings: [], next: null, held }), 'On hold: bench car 4 is offline')
  })
})
