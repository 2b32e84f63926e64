import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { standOfRun } from './run-words.ts'

type Run = Parameters<typeof standOfRun>[0]

const RUN: Run = { state: 'running', paused: null, waitsFor: [], working: [], stages: [] }
const wait = (on: Run['waitsFor'][number]['on']): Run['waitsFor'][number] => ({
  on,
  what: 'it',
  since: '2026-11-17T14:00:00.000Z',
  until: null,
})
const wordsOf = (changes: Partial<Run>): string => standOfRun({ ...RUN, ...changes }, false).words

suite('how a run stands', () => {
  test('is running as long as anything of it goes on', () => {
    assert.equal(wordsOf({}), 'Running')
    assert.equal(wordsOf({ waitsFor: [wait('agent')], working: ['agent bench-1'] }), 'Running')
  })
  test('is scheduled when all of it waits for a lock, an agent or a time', () => {
    assert.equal(wordsOf({ waitsFor: [wait('agent')] }), 'Scheduled')
  })
  test('waits when it waits on a person, whatever else goes on', () => {
    assert.equal(wordsOf({ waitsFor: [wait('person')], working: ['agent bench-1'] }), 'Waiting')
  })
})
