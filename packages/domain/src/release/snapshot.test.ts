import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { compareSnapshots, hasSameBits, snapshotText, type SnapshotBody } from './snapshot.ts'

const NO_CONTRACTS = { provides: {}, requires: {} }
const BODY: SnapshotBody = {
  v: 1,
  application: { project: 'backend', name: 'data-backend' },
  version: '2.0.0-rc.6',
  components: [
    {
      name: 'ingest-api',
      version: '2.0.0-rc.6',
      digest: 'sha256:1',
      sizeBytes: 10,
      contracts: { provides: { 'telemetry-api': '1..2' }, requires: {} },
    },
    {
      name: 'telemetry-store',
      version: '7',
      digest: 'sha256:2',
      sizeBytes: 20,
      contracts: NO_CONTRACTS,
    },
  ],
  processes: { deploy: 'sha256:p1', ['constructor' as string]: 'sha256:p2' },
  configuration: { retention: '30d', storeKey: { secret: 'store-key' } },
}

suite('snapshotText', () => {
  test('is canonical: written once, it is the same for ever', () => {
    assert.equal(
      snapshotText({ ...BODY, components: [], processes: {}, configuration: {} }),
      '{"application":{"name":"data-backend","project":"backend"},"components":[],' +
        '"configuration":{},"processes":{},"v":1,"version":"2.0.0-rc.6"}',
    )
  })

  test('does not depend on the order in which components are listed', () => {
    const other = { ...BODY, components: BODY.components.toReversed() }
    assert.equal(snapshotText(other), snapshotText(BODY))
  })

  for (const [what, changed] of [
    ['a component', { ...BODY, components: BODY.components.slice(1) }],
    ['a process', { ...BODY, processes: { deploy: 'sha256:p9' } }],
    ['the configuration', { ...BODY, configuration: { retention: '31d' } }],
    ['the version', { ...BODY, version: '2.0.0-rc.7' }],
    [
      'a contract',
      { ...BODY, components: BODY.components.map((one) => ({ ...one, contracts: NO_CONTRACTS })) },
    ],
  ] as const satisfies readonly (readonly [string, SnapshotBody])[]) {
    test(`differs when ${what} differs`, () => {
      assert.notEqual(snapshotText(changed), snapshotText(BODY))
    })
  }
})

suite('compareSnapshots', () => {
  test('finds nothing between a snapshot and itself', () => {
    assert.deepEqual(compareSnapshots(BODY, BODY), [])
  })

  test('names what differs, by kind and name', () => {
    const [api] = BODY.components
    assert.ok(api)
    const other: SnapshotBody = {
      ...BODY,
      components: [
        {
          ...api,
          digest: 'sha256:9',
          contracts: { provides: { 'telemetry-api': '2' }, requires: {} },
        },
      ],
      processes: { deploy: 'sha256:p3' },
      configuration: { ...BODY.configuration, retention: '31d' },
    }
    assert.deepEqual(compareSnapshots(BODY, other), [
      { what: 'component', name: 'ingest-api', from: 'sha256:1', to: 'sha256:9' },
      { what: 'component', name: 'telemetry-store', from: 'sha256:2', to: null },
      { what: 'contract', name: 'ingest-api provides telemetry-api', from: '1..2', to: '2' },
      { what: 'process', name: 'constructor', from: 'sha256:p2', to: null },
      { what: 'process', name: 'deploy', from: 'sha256:p1', to: 'sha256:p3' },
      { what: 'configuration', name: 'retention', from: '"30d"', to: '"31d"' },
    ])
  })

  test('knows the same bits by their digests, whatever the version is called', () => {
    const renamed = {
      ...BODY,
      version: '2.0.0',
      components: BODY.components.map((one) => ({ ...one, version: '2.0.0' })),
    }
    assert.equal(hasSameBits(BODY, renamed), true)
    const [api, store] = BODY.components
    assert.ok(api && store)
    const rebuilt = { ...BODY, components: [{ ...api, digest: 'sha256:9' } as const, store] }
    assert.equal(hasSameBits(BODY, rebuilt), false)
  })
})
