import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Defined } from '../../lib/definitions.ts'
import { changesOf, draftedBody, draftOf, fitsIn, withDraft, withPlace } from './map-draft.ts'
import { mapTiers } from './tier-map.ts'

const backend = { project: 'connected-car', name: 'data-backend' }
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of a definition only what is read here
const staging = {
  project: 'connected-car',
  name: 'staging',
  revision: 4,
  body: {
    title: 'Staging',
    tiers: [
      { kind: 'hosts', name: 'web' },
      { kind: 'hosts', name: 'app' },
    ],
    receives: [
      {
        kind: 'tier_map',
        application: { name: 'data-backend' },
        map: { edge: 'web', insight: 'app' },
      },
      { kind: 'tier_map', application: { name: 'mobile-app' }, map: { phone: 'app' } },
    ],
    variables: { region: 'eu' },
  },
} as unknown as Defined<'environment'>
const [shown] = mapTiers(backend, [staging], [])
assert.ok(shown)

suite('a tier map that is changed', () => {
  const draft = withPlace(new Map(), shown, 'insight', 'web')

  test('says what goes where instead of where', () => {
    assert.deepEqual(changesOf(draft, shown), [{ tier: 'insight', from: 'app', to: 'web' }])
    assert.equal(withDraft(shown, draft).places.get('insight'), 'web')
  })

  test('is not changed any more when the tier goes back', () => {
    assert.equal(withPlace(draft, shown, 'insight', 'app').size, 0)
    assert.equal(withDraft(shown, new Map()), shown)
  })

  test('forgets what was published meanwhile, and places that are gone', () => {
    assert.deepEqual(changesOf(new Map([['edge', 'web']]), shown), [])
    assert.deepEqual(changesOf(new Map([['edge', 'gpu']]), shown), [])
  })

  test('forgets tiers that the application does not have', () => {
    const body = { tiers: [{ kind: 'tier' as const, name: 'phone', components: [] }] }
    const drafted = new Map([...draft, ['phone', 'web']])
    assert.deepEqual([...draftOf({ body }, drafted)], [['phone', 'web']])
  })

  test('leaves everything else of the environment as it is', () => {
    assert.deepEqual(draftedBody(withDraft(shown, draft), backend), {
      ...staging.body,
      receives: [
        {
          kind: 'tier_map',
          application: { name: 'data-backend' },
          map: { edge: 'web', insight: 'web' },
        },
        staging.body.receives[1],
      ],
    })
  })
})

test('a tier fits where every one of its components can be put', () => {
  const component = (name: string, places: Readonly<Record<string, unknown>>) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the places are read
    ({ name, ...places }) as unknown as Parameters<typeof fitsIn>[0]['components'][number]
  const both = {
    components: [component('a', { hosts: {}, store: {} }), component('b', { hosts: {} })],
  }
  assert.equal(fitsIn(both, { kind: 'hosts' }), true)
  assert.equal(fitsIn(both, { kind: 'store' }), false)
})
