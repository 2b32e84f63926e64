import assert from 'node:assert/strict'
import { test } from 'node:test'
import { knownRevision } from './known-revision.ts'

test('a revision that there never was is as if it was not asked for', () => {
  assert.deepEqual(
    [undefined, 0, 1, 3, 4].map((asked) => knownRevision({ revision: 3 }, asked)),
    [undefined, undefined, 1, 3, undefined],
  )
})
