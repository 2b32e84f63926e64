import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { changeOf, runsSince } from './run-changes.ts'
import type { Run } from '../../lib/runs.ts'

const made = (number: number, version: string | null) => ({
  number,
  brings: [{ application: 'data-backend', version }],
})
const RUNS = [made(6, '2.1.0'), made(5, '2.0.0'), made(4, null), made(3, '1.9.0'), made(2, '1.8.0')]

suite('what is new', () => {
  const since = (from: string | null) =>
    runsSince(RUNS, { application: 'car/data-backend', passed: 5, from }).map(
      ({ number }) => number,
    )

  test('is every run after the one that made what is replaced', () => {
    assert.deepEqual(since('1.8.0'), [5, 4, 3])
  })

  test('is nothing when the same is delivered again', () => {
    assert.deepEqual(since('2.0.0'), [])
  })

  test('is everything where nothing was before, and only the last run where what was before is not known', () => {
    assert.deepEqual(since(null), [5, 4, 3, 2])
    assert.deepEqual(since('0.1.0'), [5])
  })

  test('is told for the place where the run takes it last', () => {
    const task = (from: string) => ({ application: 'data-backend', from, to: '2.0.0' })
    const run = {
      stages: [
        { title: 'Staging', tasks: [task('1.9.0')] },
        { title: 'Production', tasks: [task('1.8.0')] },
      ],
    } as unknown as Pick<Run, 'stages'>
    const brought = { application: 'data-backend', snapshot: null, version: '2.0.0', passed: null }
    assert.deepEqual(changeOf(run, brought), { from: '1.8.0', to: '2.0.0', where: 'Production' })
  })
})
