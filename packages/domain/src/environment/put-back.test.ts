import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { ingestApi, STAGING } from '@lockstep/testkit'

import type { Digest } from '../process/process-plan.ts'
import type { Installed, InventoryRow } from './inventory.ts'
import { findPutBack, listPutBack } from './put-back.ts'

const [OLD, NEW, CHANGED] = ['1.8.5', '2.0.0', '2.0.0-local'].map((version): Installed => {
  const { digest } = ingestApi(version)
  return { version, digest }
}) as [Installed, Installed, Installed]

function row(resource: string, patch: Partial<InventoryRow> = {}, name = 'ingest-api') {
  const component = { project: 'backend', application: 'data-backend', name }
  return {
    environment: STAGING.id,
    component,
    resource,
    reported: NEW,
    verified: true,
    unknown: false,
    wanted: NEW,
    since: 100,
    putBy: null,
    ...patch,
  } satisfies InventoryRow
}

const brought = (components: Readonly<Record<string, Installed>>) => ({
  components: new Map<string, Digest>(
    Object.entries(components).map(([name, { digest }]) => [name, digest]),
  ),
})
const [toOld, toNew] = [brought({ 'ingest-api': OLD }), brought({ 'ingest-api': NEW })]
const HOSTS = new Set(['edge-1', 'edge-2'])
const drifted = row('edge-1', { reported: CHANGED, verified: false })

const find = (rows: readonly InventoryRow[], deployments = [toNew, toOld], resources = HOSTS) =>
  findPutBack({ rows, resources, deployments })

suite('findPutBack', () => {
  test('is the deployment that brought what is wanted everywhere', () => {
    const { to, refusalOf } = find([drifted, row('edge-2')])
    assert.equal(to, toNew)
    assert.equal(refusalOf(drifted), undefined)
    assert.equal(refusalOf(row('edge-2')), 'no_drift')
  })

  test('is an older one when a person has gone back to that', () => {
    const back = row('edge-1', { wanted: OLD, reported: CHANGED })
    assert.equal(find([back, row('edge-2', { wanted: OLD, reported: OLD })]).to, toOld)
  })

  const nothing: readonly (readonly [string, readonly InventoryRow[], string])[] = [
    ['nothing is wanted', [row('edge-1', { wanted: null })], 'nothing_wanted'],
    ['the resource has left', [row('edge-9', { reported: CHANGED })], 'resource_gone'],
    ['a person accepted other bits', [row('edge-1', { wanted: CHANGED })], 'no_snapshot'],
    [
      'it would undo what was accepted elsewhere',
      [drifted, row('edge-2', { wanted: CHANGED, reported: CHANGED })],
      'no_snapshot',
    ],
    [
      'it would bring something where nothing is wanted',
      [drifted, row('edge-2', { wanted: null })],
      'no_snapshot',
    ],
    [
      'a run ended halfway',
      [drifted, row('edge-2', { wanted: OLD, reported: OLD })],
      'no_snapshot',
    ],
  ]
  for (const [what, rows, refusal] of nothing) {
    test(`is none where ${what}`, () => {
      const { to, refusalOf } = find(rows)
      assert.deepEqual([to, rows[0] && refusalOf(rows[0])], [undefined, refusal])
    })
  }

  test('looks past what is over: resources that left, and places where nothing is any more', () => {
    const past = [
      row('edge-9', { wanted: OLD, reported: OLD }),
      row('edge-2', { wanted: null, reported: null }),
    ]
    assert.equal(find([drifted, ...past]).to, toNew)
  })

  test('leaves components alone that the deployment does not bring', () => {
    const other = row('edge-1', { wanted: OLD, reported: CHANGED }, 'removed-part')
    const { to, refusalOf } = find([drifted, other])
    assert.deepEqual([to, refusalOf(other)], [toNew, 'no_snapshot'])
  })
})

suite('listPutBack', () => {
  const planWith = (action: 'run' | 'skip', digest = NEW.digest) => ({
    steps: [
      {
        component: 'ingest-api',
        installs: { ...ingestApi('2.0.0'), digest },
        targets: [{ resource: 'edge-1', action }],
      },
    ],
  })
  const list = (plan: ReturnType<typeof planWith>) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parts of a plan that it looks at
    listPutBack(plan as unknown as Parameters<typeof listPutBack>[0], [drifted])

  test('names what a plan brings back, and nothing that it leaves as it is', () => {
    assert.deepEqual(list(planWith('run')), [drifted])
    assert.deepEqual(list(planWith('skip')), [])
    assert.deepEqual(list(planWith('run', OLD.digest)), [])
  })
})
