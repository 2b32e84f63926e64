import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { compareSnapshots, shortDigest, sizeWords } from './compare-snapshots.ts'
import type { Snapshot } from './snapshots-query.ts'

const snapshot = (
  components: Readonly<Record<string, readonly [string, string]>>,
  processes: Readonly<Record<string, string>> = {},
): Snapshot =>
  ({
    components: Object.entries(components).map(([name, [version, digest]]) => ({
      name,
      version,
      digest,
    })),
    processes,
  }) as unknown as Snapshot

suite('two snapshots', () => {
  test('of the same bytes and processes do not differ', () => {
    const one = snapshot({ api: ['1', 'a'] }, { deploy: 'p' })
    assert.deepEqual(compareSnapshots(one, one), [])
  })

  test('differ by what has other bytes, was added or was taken away', () => {
    const found = compareSnapshots(
      snapshot({ api: ['1', 'a'], old: ['1', 'o'] }, { deploy: 'p', undeploy: 'q' }),
      snapshot({ api: ['1', 'b'], new: ['1', 'n'] }, { deploy: 'p2', undeploy: 'q' }),
    )
    assert.deepEqual(
      found.map(({ kind, name, from, to }) => [kind, name, from?.digest, to?.digest]),
      [
        ['component', 'api', 'a', 'b'],
        ['component', 'old', 'o', undefined],
        ['component', 'new', undefined, 'n'],
        ['process', 'deploy', 'p', 'p2'],
      ],
    )
  })
})

test('digests and sizes are short enough to read', () => {
  assert.equal(shortDigest(`sha256:${'9f3c1e2a'.repeat(8)}`), 'sha256:9f3c1e2…1e2a')
  assert.deepEqual([0, 999, 1_400_000, 2e12].map(sizeWords), [
    '0\u202fB',
    '999\u202fB',
    '1.4\u202fMB',
    '2000.0\u202fGB',
  ])
})
