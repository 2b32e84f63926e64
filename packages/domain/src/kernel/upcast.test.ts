import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import type { StateHead } from './machine.ts'
import {
  eventVersion,
  stateVersion,
  StoredByNewer,
  upcastEvent,
  upcastState,
  type Upcasts,
} from './upcast.ts'

/** A kind whose states had a name, then a title, then a list of titles; and whose pokes were unnamed once. */
const THREE: Upcasts = {
  stateUpcasts: [
    (older) => ({ ...older, title: String(Reflect.get(older, 'name')).toUpperCase() }),
    (older) => ({ ...older, titles: [Reflect.get(older, 'title')] }),
  ],
  eventUpcasts: { poked: [(older) => ({ ...older, by: 'nobody' })] },
}
const stored = (v: number, more: object): StateHead => ({
  v,
  id: 'run_1',
  root: 'run_1',
  plan: null,
  status: 'running',
  ...more,
})

suite('a stored state', () => {
  test('is brought to today through every version between', () => {
    const today = upcastState(THREE, stored(1, { name: 'a' }))
    assert.deepEqual([today.v, Reflect.get(today, 'titles')], [3, ['A']])
    const nearly = upcastState(THREE, stored(2, { title: 'B' }))
    assert.deepEqual([nearly.v, Reflect.get(nearly, 'titles')], [3, ['B']])
  })

  test('of today is left as it is', () => {
    const today = stored(3, { titles: [] })
    assert.equal(upcastState(THREE, today), today)
    assert.equal(stateVersion({}), 1)
  })

  test('of a newer program is not read', () => {
    assert.throws(() => upcastState(THREE, stored(4, {})), StoredByNewer)
  })
})

suite('a stored event', () => {
  test('is read in the shape of today, and kept as it is', () => {
    assert.deepEqual(upcastEvent(THREE, { type: 'poked' }, 1), { type: 'poked', by: 'nobody' })
    assert.deepEqual(upcastEvent(THREE, { type: 'poked', by: 'a' }, 2), { type: 'poked', by: 'a' })
    assert.deepEqual(upcastEvent(THREE, { type: 'ended' }, 1), { type: 'ended' })
    assert.deepEqual([eventVersion(THREE, 'poked'), eventVersion(THREE, 'ended')], [2, 1])
    assert.throws(() => upcastEvent(THREE, { type: 'ended' }, 2), StoredByNewer)
  })
})
