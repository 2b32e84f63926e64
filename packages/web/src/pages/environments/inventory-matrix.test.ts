import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { idOf } from '@lockstep/domain'
import type { Environment, InventoryRow } from '../../lib/inventory.ts'
import { buildMatrix, filterMatrix, findCell, stateOf } from './inventory-matrix.ts'
import { listArrivals } from './list-arrivals.ts'
import { listResources, runWords } from './resource-rows.ts'

const uuid = (end: number) => `0190a000-0000-7000-8000-${String(end).padStart(12, '0')}`
const environment = (end: number, name: string, receives: string[], project = 'car') =>
  ({
    id: idOf('env', uuid(end)),
    project,
    name,
    title: name.toUpperCase(),
    receives,
  }) as unknown as Environment
const digest = (version: string) => `sha256:${version}`
const row = (
  place: Environment,
  [application, component, resource]: readonly [string, string, string],
  version: string | null,
  more: Partial<InventoryRow> = {},
): InventoryRow => {
  const reported = version === null ? null : { version, digest: digest(version) }
  return {
    environment: place.id,
    project: place.project,
    environmentName: place.name,
    environmentTitle: place.title,
    application,
    component,
    resource,
    reported,
    wanted: reported,
    verified: true,
    unknown: false,
    drift: false,
    since: '2026-11-16T15:06:00Z',
    putBy: 'car/connected-car-2.0/7',
    putBack: null,
    notPutBack: null,
    ...more,
  }
}

const [staging, production, dev] = [
  environment(1, 'staging', ['car/firmware', 'car/backend']),
  environment(2, 'production', ['car/firmware']),
  environment(3, 'dev', ['car/firmware']),
] as const
const agent = (resource: string) => ['car/firmware', 'agent', resource] as const
const rows = [
  row(staging, agent('car-1'), '2.0.0'),
  row(staging, agent('car-2'), '2.0.0', { since: '2026-11-16T15:08:00Z' }),
  row(staging, ['car/firmware', 'light', 'car-2'], '1.9.0', { drift: true, putBy: null }),
  row(production, agent('car-9'), '1.8.4'),
]
const matrix = buildMatrix({
  environments: [staging, production, dev],
  rows,
  order: ['dev', 'staging', 'production'],
  componentsOf: (application) => (application === 'car/firmware' ? ['light', 'agent'] : []),
})

suite('the matrix of what runs where', () => {
  test('has a column for each environment in the order of delivery', () => {
    assert.deepEqual(
      matrix.columns.map(({ name, resources, drifted }) => [name, resources, drifted]),
      [
        ['dev', 0, 0],
        ['staging', 2, 1],
        ['production', 1, 0],
      ],
    )
  })

  test('tells what does not go somewhere from what has not been there yet', () => {
    const [backend, firmware] = matrix.applications
    assert.deepEqual(
      backend?.cells.map((cell) => cell === undefined),
      [true, false, true],
    )
    assert.equal(backend?.cells[1], null)
    assert.equal(firmware?.cells[0], null)
  })

  test('sums up a cell: most frequent version first, newest arrival, worst state', () => {
    const cell = findCell(matrix, 'car/firmware', 'car/staging')
    assert.deepEqual(cell?.versions, ['2.0.0', '1.9.0'])
    assert.equal(cell?.since, '2026-11-16T15:08:00Z')
    assert.equal(cell?.state, 'drifted')
    assert.equal(cell?.drifted, 1)
    assert.deepEqual(cell?.mixed, [], 'another component may well be in another version')
  })

  test('names the versions that one component runs side by side', () => {
    const half = buildMatrix({
      environments: [staging],
      rows: [row(staging, agent('car-1'), '2.0.0'), row(staging, agent('car-2'), '1.8.4')],
      order: [],
      componentsOf: () => [],
    })
    assert.deepEqual(findCell(half, 'car/firmware', 'car/staging')?.mixed, ['2.0.0'])
  })

  test('lists components as they are defined, with the resources that have drifted', () => {
    const [, firmware] = matrix.applications
    assert.deepEqual(
      firmware?.components.map(({ name, cells }) => [name, cells[1]?.drifted]),
      [
        ['light', 1],
        ['agent', 0],
      ],
    )
  })

  test('lets environments of the same name share a column when no application goes into two', () => {
    const other = environment(4, 'dev', ['phone/app'], 'phone')
    const input = { rows: [], order: [], componentsOf: () => [] }
    const shared = buildMatrix({ ...input, environments: [dev, other] })
    assert.equal(shared.columns.length, 1)
    const both = environment(5, 'dev', ['car/firmware'], 'phone')
    assert.equal(buildMatrix({ ...input, environments: [dev, both] }).columns.length, 2)
  })

  test('is filtered by version, host or name, and loses the columns that have nothing of it', () => {
    const byVersion = filterMatrix(matrix, '1.8.4')
    assert.deepEqual(
      byVersion.columns.map(({ name }) => name),
      ['production'],
    )
    assert.equal(byVersion.applications[0]?.cells.length, 1)
    assert.equal(byVersion.applications[0]?.components[0]?.cells.length, 1)
    assert.deepEqual(
      filterMatrix(matrix, 'BACKEND').columns.map(({ name }) => name),
      ['staging'],
    )
    assert.equal(filterMatrix(matrix, 'nowhere').applications.length, 0)
    assert.equal(filterMatrix(matrix, ' '), matrix)
  })
})

suite('a row of the inventory', () => {
  test('is unknown rather than drifted when contact was lost', () => {
    assert.equal(
      stateOf(row(staging, agent('car-1'), '1.0.0', { drift: true, unknown: true })),
      'unknown',
    )
  })
  test('of nothing has not started', () => {
    assert.equal(stateOf(row(staging, agent('car-1'), null)), 'not_started')
  })
})

test('resources are listed with numbers in order, and one column for each component', () => {
  const { components, resources } = listResources(
    [
      row(staging, agent('car-10'), '2.0.0'),
      row(staging, agent('car-9'), '2.0.0'),
      row(staging, ['car/firmware', 'forgotten', 'car-9'], '0.1.0'),
    ],
    ['light', 'agent'],
  )
  assert.deepEqual(components, ['agent', 'forgotten'])
  assert.deepEqual(
    resources.map(({ resource }) => resource),
    ['car-9', 'car-10'],
  )
})

test('what runs came with one entry for each run and version, newest first', () => {
  const arrivals = listArrivals(rows.slice(0, 3))
  assert.deepEqual(
    arrivals.map(({ version, resources, components }) => [version, resources, components]),
    [
      ['2.0.0', 2, ['agent']],
      ['1.9.0', 1, ['light']],
    ],
  )
})

test('a run is named by its release and number, and nobody by words', () => {
  assert.equal(runWords('car/connected-car-2.0/7'), 'connected-car-2.0 #7')
  assert.equal(runWords(null), 'not by Lockstep')
})
