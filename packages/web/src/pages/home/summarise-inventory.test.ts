import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { idOf } from '@lockstep/domain'
import { shortenSummary, summariseInventory, type InventoryRow } from './summarise-inventory.ts'

const environment = (n: number) => idOf('env', `01930000-0000-7000-8000-00000000000${n}`)
const installed = (version: string) => ({ version, digest: `sha256:${version}` })
const row = (more: Partial<InventoryRow>): InventoryRow => ({
  environment: environment(1),
  project: 'car',
  environmentName: 'dev',
  environmentTitle: 'Dev',
  application: 'car/backend',
  component: 'ingest-api',
  resource: 'host-1',
  reported: installed('1.0'),
  verified: true,
  unknown: false,
  wanted: installed('1.0'),
  drift: false,
  since: '2026-11-17T14:32:00Z',
  putBy: null,
  putBack: null,
  notPutBack: null,
  ...more,
})

const versionsOf = ({ cells }: ReturnType<typeof summariseInventory>['applications'][number]) =>
  cells.map((cell) => cell?.versions)

suite('what runs where', () => {
  test('has a column for each environment and a row for each application', () => {
    const { environments, applications } = summariseInventory([
      row({ environment: environment(2), environmentTitle: 'QA' }),
      row({}),
      row({ application: 'car/app', environment: environment(2), environmentTitle: 'QA' }),
    ])
    assert.deepEqual(
      environments.map(({ title }) => title),
      ['Dev', 'QA'],
    )
    assert.deepEqual(
      applications.map(({ application, cells }) => [
        application,
        cells.map((cell) => cell?.versions),
      ]),
      [
        ['car/app', [undefined, ['1.0']]],
        ['car/backend', [['1.0'], ['1.0']]],
      ],
    )
  })

  test('has one column for the Dev of each team, and two where an application is in both', () => {
    const ofTeams = [
      row({}),
      row({ application: 'app/app', environment: environment(2), reported: installed('2.0') }),
    ]
    const apart = [...ofTeams, row({ environment: environment(2) })]
    assert.deepEqual(
      [ofTeams, apart].map((rows) => summariseInventory(rows).applications.map(versionsOf)),
      [
        [[['2.0']], [['1.0']]],
        [
          [undefined, ['2.0']],
          [['1.0'], ['1.0']],
        ],
      ],
    )
  })

  test('names the version first that runs most', () => {
    const rows = [row({ reported: installed('2.0') }), row({}), row({})]
    assert.deepEqual(summariseInventory(rows).applications[0]?.cells[0]?.versions, ['1.0', '2.0'])
  })

  test('tells drift from what is on its way', () => {
    const drifted = summariseInventory([row({ drift: true, reported: installed('0.9') })])
    const moving = summariseInventory([row({ wanted: installed('2.0') })])
    assert.deepEqual(
      [drifted, moving].map(({ applications }) => {
        const cell = applications[0]?.cells[0]
        return [cell?.isDrifted, cell?.isMoving]
      }),
      [
        [true, false],
        [false, true],
      ],
    )
  })

  test('of more than there is room for shows what needs a look first, in the usual order', () => {
    const places = [1, 2, 3].map((n) => ({
      environment: environment(n),
      environmentTitle: `Place ${n}`,
    }))
    const rows = ['a', 'b', 'c'].flatMap((name) =>
      places.map((place) =>
        row({
          ...place,
          application: `car/${name}`,
          drift: name === 'c' && place.environmentTitle === 'Place 3',
        }),
      ),
    )
    const short = shortenSummary(summariseInventory(rows), { applications: 2, environments: 2 })
    assert.deepEqual(
      short.environments.map(({ title }) => title),
      ['Place 1', 'Place 3'],
    )
    assert.deepEqual(
      short.applications.map(({ application, cells }) => [
        application,
        cells.map((cell) => cell?.isDrifted),
      ]),
      [
        ['car/a', [false, false]],
        ['car/c', [false, true]],
      ],
    )
    assert.deepEqual([short.moreApplications, short.moreEnvironments], [1, 1])
    const all = shortenSummary(summariseInventory(rows), { applications: 3, environments: 3 })
    assert.deepEqual([all.applications.length, all.moreApplications], [3, 0])
  })
})
