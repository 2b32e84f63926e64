import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Environment, InventoryRow } from '../../lib/inventory.ts'
import { buildMatrix, type MatrixApplication } from './inventory-matrix.ts'
import { listLines } from './matrix-lines.ts'

const application = (name: string, components: readonly string[]): MatrixApplication => ({
  application: name,
  cells: [],
  components: components.map((one) => ({ name: one, cells: [] })),
})

suite('the rows of the matrix', () => {
  test('are the applications, and the components of those that are open', () => {
    const lines = listLines(
      { applications: [application('a', ['x', 'y']), application('b', ['z'])] },
      (name) => name === 'a',
    )
    assert.deepEqual(
      lines.map(({ application: { application: name }, component, isFoot }) => [
        name,
        component?.name ?? null,
        isFoot,
      ]),
      [
        ['a', null, false],
        ['a', 'x', false],
        ['a', 'y', true],
        ['b', null, false],
      ],
    )
  })

  test('of 200 applications in 40 environments are all there, each with a cell for each environment', () => {
    const names = Array.from({ length: 200 }, (_, at) => `fleet/app-${at}`)
    const environments = Array.from({ length: 40 }, (_, at) => ({
      id: `env_${at}`,
      project: 'fleet',
      name: `place-${at}`,
      title: `Place ${at}`,
      receives: names,
    })) as unknown as Environment[]
    const rows = environments.flatMap(({ id }) =>
      names.map((name) => ({
        environment: id,
        application: name,
        component: 'program',
        resource: 'host-1',
        reported: { version: '1.0', digest: 'sha256:0' },
        since: '2026-11-17T14:00:00Z',
        putBy: null,
      })),
    ) as unknown as InventoryRow[]
    const matrix = buildMatrix({ environments, rows, order: [], componentsOf: () => [] })
    assert.equal(matrix.columns.length, 40)
    assert.equal(listLines(matrix, () => false).length, 200)
    assert.equal(listLines(matrix, () => true).length, 400)
    assert.ok(matrix.applications.every(({ cells }) => cells.every((cell) => cell !== undefined)))
  })
})
