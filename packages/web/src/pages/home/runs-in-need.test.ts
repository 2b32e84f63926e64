import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { RunId, RunStatus } from '@lockstep/domain'
import { listRunsInNeed } from './runs-in-need.ts'

const run = (
  id: string,
  state: RunStatus,
  changes: { readonly name?: string; readonly release?: string; readonly parent?: RunId } = {},
) => {
  const { name = id, release = null, parent = null } = changes
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what an id looks like is not asked here
    id: id as RunId,
    address: `car/${id}/1`,
    project: 'car',
    name,
    release,
    parent,
    state,
    startedAt: id === 'old' ? '2026-11-17T09:00:00.000Z' : '2026-11-17T13:00:00.000Z',
  }
}

function namesOf(
  newest: readonly ReturnType<typeof run>[],
  waiting: readonly ReturnType<typeof run>[] = [],
  onMe: readonly string[] = [],
): readonly string[] {
  return listRunsInNeed({ newest, waiting }, new Set(onMe)).map(({ id }) => id)
}

suite('runs that need somebody', () => {
  test('wait on a person, the oldest first, and then have failed', () => {
    const [young, old] = [run('young', 'waiting'), run('old', 'waiting')]
    const broken = [run('lost', 'unknown'), run('red', 'failed'), run('off', 'errored')]
    const fine = [run('green', 'succeeded'), run('blue', 'running'), run('stopped', 'aborted')]
    assert.deepEqual(namesOf([young, ...broken, ...fine, old], [young, old]), [
      'old',
      'young',
      'lost',
      'red',
      'off',
    ])
  })

  test('are not those that wait on me, nor runs of a release, nor runs of another run', () => {
    const mine = run('mine', 'waiting')
    const released = run('released', 'failed', { release: 'car-2.0' })
    const child = run('child', 'failed', { parent: mine.id })
    assert.deepEqual(namesOf([mine, released, child], [mine], ['mine']), [])
  })
})
