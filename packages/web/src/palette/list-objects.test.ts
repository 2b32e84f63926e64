import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { listObjects, type Objects } from './list-objects.ts'

const nothing: Objects = {
  applications: [],
  environments: [],
  pipelines: [],
  releases: [],
  runs: [],
  snapshots: [],
  agents: [],
  people: [],
}
const run = {
  id: 'run_1',
  title: 'Connected Car 2.0',
  address: 'car/connected-car-2.0/7',
  number: 7,
  state: 'waiting',
  project: 'car',
}

suite('what the palette goes to', () => {
  test('are things by their names, with the address of their screen', () => {
    const found = listObjects({
      ...nothing,
      environments: [{ project: 'car', name: 'staging', title: 'Staging' }],
      snapshots: [{ application: 'car/backend', version: '2.0.0', digest: 'sha256:9f3c1e2a' }],
      people: [{ name: 'qa-lead', title: 'QA lead' }],
    })
    assert.deepEqual(
      found.map(({ kind, label, to, params, search }) => [kind, label, to, params, search]),
      [
        [
          'environment',
          'Staging',
          '/environments/$environment',
          { environment: 'car:staging' },
          {},
        ],
        [
          'snapshot',
          'backend 2.0.0',
          '/apps/$app/snapshots',
          { app: 'car:backend' },
          { snapshot: '2.0.0' },
        ],
        ['person', 'QA lead', '/settings/$', { _splat: 'people' }, { q: 'qa-lead' }],
      ],
    )
  })

  test('a run of a release is under its release, another run by itself', () => {
    const found = listObjects({
      ...nothing,
      runs: [
        { ...run, release: 'car/connected-car-2.0' },
        { ...run, release: null },
      ],
    })
    assert.deepEqual(
      found.map(({ to, params }) => [to, params]),
      [
        ['/releases/$release/runs/$run', { release: 'car:connected-car-2.0', run: '7' }],
        ['/runs/$run', { run: 'run_1' }],
      ],
    )
  })
})
