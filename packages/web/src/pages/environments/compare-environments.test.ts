import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { InventoryRow } from '../../lib/inventory.ts'
import { compareEnvironments } from './compare-environments.ts'

const row = (component: string, version: string | null, digest = version): InventoryRow => {
  const runs = version === null ? null : { version, digest: `sha256:${digest}` }
  return {
    application: 'car/backend',
    component,
    resource: 'web-1',
    reported: runs,
  } as unknown as InventoryRow
}
const differences = (
  a: readonly InventoryRow[],
  b: readonly InventoryRow[],
): readonly (readonly [string, string])[] =>
  compareEnvironments(a, b, () => ['store', 'api']).flatMap(({ components }) =>
    components.map(({ component, difference }) => [component, difference] as const),
  )

suite('two environments', () => {
  test('that run the same bits do not differ', () => {
    const [found] = compareEnvironments([row('api', '1')], [row('api', '1')], () => [])
    assert.equal(found?.differs, false)
  })

  test('differ by version, by what only one has, and by other bits of the same name', () => {
    assert.deepEqual(differences([row('api', '1'), row('store', '7')], [row('api', '2')]), [
      ['store', 'only_a'],
      ['api', 'version'],
    ])
    assert.deepEqual(differences([], [row('api', '2')]), [['api', 'only_b']])
    assert.deepEqual(differences([row('api', '1', 'x')], [row('api', '1', 'y')]), [['api', 'bits']])
  })

  test('that run nothing of a component leave it out; the most frequent version comes first', () => {
    assert.deepEqual(differences([row('api', null)], []), [])
    const [found] = compareEnvironments(
      [row('api', '1'), row('api', '2'), row('api', '2')],
      [row('api', '1')],
      () => [],
    )
    assert.deepEqual(found?.components[0]?.a, ['2', '1'])
  })
})
