import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countOnline } from './count-online.ts'

test('agents that drain are there; evicted ones are not counted at all', () => {
  const states = ['online', 'draining', 'lost', 'never_seen', 'revoked'] as const
  assert.deepEqual(countOnline(states.map((state) => ({ state }))), { online: 2, all: 4 })
})
