import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Run } from '../../lib/runs.ts'
import { beginsUnheard } from './begins-unheard.ts'

const NOW = '2026-11-17T14:32:00.000Z'

function run(
  finishedAt: string | null,
  ...jobs: readonly { readonly state: string; readonly startedAt: string | null }[]
): Pick<Run, 'stages' | 'finishedAt'> {
  const stages = [{ tasks: [{ steps: [{ jobs }] }] }]
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else is looked at
  return { finishedAt, stages } as unknown as Pick<Run, 'stages' | 'finishedAt'>
}

suite('that work begins on a resource is asked for', () => {
  const [waits, works] = [
    { state: 'ready', startedAt: null },
    { state: 'running', startedAt: NOW },
  ]
  test('while a job waits for an agent that begins', () => {
    assert.equal(beginsUnheard(run(null, works, waits)), true)
    assert.equal(beginsUnheard(run(null, { state: 'running', startedAt: null })), true)
  })

  test('not while all of it works, waits for a person, or has ended: that is heard', () => {
    assert.equal(beginsUnheard(run(null, works)), false)
    assert.equal(beginsUnheard(run(null)), false)
    assert.equal(beginsUnheard(run(null, { state: 'aborted', startedAt: null })), false)
    assert.equal(beginsUnheard(run(NOW, waits)), false)
  })

  test('of a run whose jobs are too many to be all here', () => {
    assert.equal(beginsUnheard(run(null, ...Array.from({ length: 5_000 }, () => works))), true)
  })
})
