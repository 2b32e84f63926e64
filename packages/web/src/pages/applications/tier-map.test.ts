import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { listMissingPlaces, listUnplaced, mapTiers, wirePath } from './tier-map.ts'

type Environments = Parameters<typeof mapTiers>[1]
type Application = Parameters<typeof listUnplaced>[0]

const environment = (
  name: string,
  tiers: readonly string[],
  map: Readonly<Record<string, string>>,
  application: { readonly project?: string; readonly name: string } = { name: 'backend' },
) => ({
  project: 'car',
  name,
  body: {
    title: name.toUpperCase(),
    tiers: tiers.map((tier) => ({ name: tier })),
    receives: [{ application, map }],
  },
})
const environments = [
  environment('production', ['web', 'db', 'gpu'], { edge: 'web', store: 'db', insight: 'gpu' }),
  environment('staging', ['web', 'db'], { edge: 'web', store: 'db', insight: 'web' }),
  environment('dev', ['all-in-one'], { edge: 'all-in-one', store: 'all-in-one' }),
  environment('other', ['web'], { edge: 'web' }, { project: 'elsewhere', name: 'backend' }),
] as unknown as Environments
const backend = {
  project: 'car',
  name: 'backend',
  body: { tiers: [{ name: 'edge' }, { name: 'store' }, { name: 'insight' }] },
} as unknown as Application
const mapped = mapTiers(backend, environments, ['dev', 'staging', 'production'])

suite('the tier map of an application', () => {
  test('has the environments that take it, in the order of delivery', () => {
    assert.deepEqual(
      mapped.map(({ address }) => address),
      ['car/dev', 'car/staging', 'car/production'],
    )
    assert.equal(mapped[1]?.places.get('insight'), 'web')
  })

  test('says which tier has no place', () => {
    assert.deepEqual(listUnplaced(backend, mapped), [{ tier: 'insight', environment: 'DEV' }])
  })

  test('names a place that only an environment of the same layout has', () => {
    const [dev, staging, production] = mapped
    if (!dev || !staging || !production) throw new Error('three environments take it')
    assert.deepEqual(listMissingPlaces(staging, mapped), [
      { place: 'gpu', tiers: ['insight'], inside: ['PRODUCTION'] },
    ])
    assert.deepEqual(listMissingPlaces(production, mapped), [])
    assert.deepEqual(listMissingPlaces(dev, mapped), [], 'it is laid out another way altogether')
  })
})

test('a wire is level at both ends', () => {
  assert.equal(wirePath({ x: 0, y: 10 }, { x: 100, y: 40 }), 'M0 10C50 10 50 40 100 40')
})
