// Logs that former versions have recorded, replayed with the reducers of today. A wanted difference is a new recording,
// with its reason in golden/README.md; a log is never edited.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { suite, test } from 'node:test'

import { differencesOf, parseGoldenLog, type GoldenLog } from '@lockstep/testkit'

const FOLDER = new URL('../golden/', import.meta.url)
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.jsonl'),
)
const read = (file: string): GoldenLog =>
  parseGoldenLog(readFileSync(new URL(file, FOLDER), 'utf8'))

suite('the log of a former version', () => {
  for (const file of files) {
    test(`${file.replace(/\.jsonl$/, '')} leads to the same outcomes and effects`, () => {
      assert.deepEqual(differencesOf(read(file)), [])
    })
  }

  test('is there for every standard scenario', () => {
    const scenarios = files.map((file) => file.replace(/^.*\/|\.jsonl$/g, '')).toSorted()
    const wanted = ['abort', 'reject', 'restart', 'success', 'unknown', 'wide-step']
    assert.deepEqual(
      wanted.filter((name) => !scenarios.includes(name)),
      [],
    )
  })

  test('that says something else is told event by event', () => {
    const log = read(files.find((file) => file.endsWith('success.jsonl')) ?? '')
    const events = log.events.map((one, index) => (index === 2 ? { ...one, effects: [] } : one))
    const [difference, ...more] = differencesOf({ ...log, events })
    assert.match(difference ?? '', /^event 3, /)
    assert.deepEqual(more, [])
  })
})
