import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { placeStand } from './snapshot-place.ts'

type Row = NonNullable<Parameters<typeof placeStand>[2]['rows']>[number]

const DIGEST = `sha256:${'1'.repeat(64)}`
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only where it is counts here
const place = { environment: { project: 'trial', name: 'qa' } } as Parameters<typeof placeStand>[0]
const component = (version: string, digest = DIGEST, name = 'server') => ({
  name,
  version,
  digest,
  sizeBytes: 1,
  provides: {},
  requires: {},
})
const snapshot = { components: [component('1.0.0')] }
const came = (version: string | null, application = 'trial/hello', components = ['server']) => ({
  application,
  version,
  components,
})
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the rest of a row is not asked
const row = (digest: string) =>
  ({
    project: 'trial',
    environmentName: 'qa',
    component: 'server',
    reported: { version: '1.0.0', digest },
  }) as Row

type History = readonly ReturnType<typeof came>[] | undefined

function standOf(history: History, rows: readonly Row[] = []): string {
  return placeStand(place, snapshot, { application: 'trial/hello', rows, history })
}

suite('how a snapshot stands to an environment', () => {
  test('it runs there when its bits do, whatever came before', () => {
    assert.equal(standOf([came('1.0.0'), came('1.1.0')], [row(DIGEST)]), 'runs')
  })

  test('it ran there before when its version came there, and another one runs now', () => {
    const newer = row(`sha256:${'2'.repeat(64)}`)
    assert.equal(standOf([came('1.1.0'), came('1.0.0')], [newer]), 'ran')
  })

  test('it was never there when nothing came, or only others of its name', () => {
    assert.equal(standOf([]), 'never')
    assert.equal(standOf([came('1.1.0'), came(null), came('1.0.0', 'other/hello')]), 'never')
  })

  test('nothing is claimed before it is read, but that it runs there needs no history', () => {
    assert.equal(standOf(undefined), 'unknown')
    const unread = { application: 'trial/hello', rows: undefined, history: [came('1.0.0')] }
    assert.equal(placeStand(place, snapshot, unread), 'unknown')
    assert.equal(standOf(undefined, [row(DIGEST)]), 'runs')
  })

  test('all of its components that ever came there have come in its versions', () => {
    const two = { components: [component('1.0.0'), component('2.0.0', DIGEST, 'worker')] }
    const standOfTwo = (history: readonly ReturnType<typeof came>[]): string =>
      placeStand(place, two, { application: 'trial/hello', rows: [], history })
    assert.equal(standOfTwo([came('1.0.0')]), 'ran')
    assert.equal(standOfTwo([came('1.0.0'), came('3.0.0', 'trial/hello', ['worker'])]), 'never')
  })
})
