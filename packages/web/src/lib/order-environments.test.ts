import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { orderEnvironments } from './order-environments.ts'

type Pipelines = Parameters<typeof orderEnvironments>[1]
type Releases = Parameters<typeof orderEnvironments>[2]

const pipeline = (name: string, stages: readonly (readonly [string, string?])[]) => ({
  project: 'car',
  name,
  body: {
    stages: stages.map(([stage, environment]) => ({
      name: stage,
      ...(environment === undefined ? {} : { environment: { name: environment } }),
    })),
  },
})
const pipelines = [
  pipeline('firmware', [
    ['dev', 'dev'],
    ['qa', 'qa'],
  ]),
  pipeline('delivery', [['staging'], ['production']]),
] as unknown as Pipelines
const releases = [
  {
    project: 'car',
    body: {
      pipeline: { name: 'delivery' },
      applications: [{ from: { name: 'firmware' } }],
      environments: { staging: { name: 'staging' }, production: { name: 'production' } },
    },
  },
] as unknown as Releases

suite('environments in the order of delivery', () => {
  test('follow the stages of the teams, then those of the release', () => {
    assert.deepEqual(
      orderEnvironments(['production', 'staging', 'qa', 'dev'], pipelines, releases),
      ['dev', 'qa', 'staging', 'production'],
    )
  })

  test('keep the order given where nothing says otherwise, or what is said contradicts itself', () => {
    assert.deepEqual(orderEnvironments(['b', 'a'], [], []), ['b', 'a'])
    const around = [
      pipeline('one', [
        ['x', 'a'],
        ['y', 'b'],
      ]),
      pipeline('other', [
        ['x', 'b'],
        ['y', 'a'],
      ]),
    ] as unknown as Pipelines
    assert.deepEqual(orderEnvironments(['b', 'a'], around, []), ['b', 'a'])
  })
})
