import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import {
  parseDefinitionAddress,
  parseRunAddress,
  parseSnapshotAddress,
  parseThingAddress,
} from './address.ts'

const run = { project: undefined, name: 'connected-car-2.0', number: 7 }

suite('parseRunAddress', () => {
  test('a run has a name and a number', () => {
    assert.deepEqual(parseRunAddress('connected-car-2.0/7'), { run, part: { kind: 'run' } })
  })

  test('latest stands for the newest number', () => {
    assert.deepEqual(parseRunAddress('connected-car-2.0/latest').run, { ...run, number: 'latest' })
  })

  test('another project goes in front', () => {
    assert.deepEqual(parseRunAddress('embedded/vehicle-firmware/412/qa'), {
      run: { project: 'embedded', name: 'vehicle-firmware', number: 412 },
      part: { kind: 'stage', stage: 'qa' },
    })
  })

  test('a dot before entry or exit makes a gate', () => {
    assert.deepEqual(parseRunAddress('connected-car-2.0/7/staging.exit').part, {
      kind: 'gate',
      stage: 'staging',
      node: 'exit',
    })
  })

  test('what follows a stage is a task, in its groups, or a step', () => {
    assert.deepEqual(
      parseRunAddress('connected-car-2.0/7/staging/cars-and-phones/car-to-phone').part,
      {
        kind: 'work',
        stage: 'staging',
        path: 'cars-and-phones/car-to-phone',
        resource: undefined,
      },
    )
  })

  test('a resource stands behind the last at sign', () => {
    assert.deepEqual(
      parseRunAddress(
        'connected-car-2.0/7/staging/deploy-data-backend/ingest-api/restart@eu-edge-2',
      ).part,
      {
        kind: 'work',
        stage: 'staging',
        path: 'deploy-data-backend/ingest-api/restart',
        resource: 'eu-edge-2',
      },
    )
  })

  test('an id stands for name and number', () => {
    const id = 'run_01KA5XQ2000000000000000000'
    assert.deepEqual(parseRunAddress(`${id}/staging.entry`), {
      run: { id },
      part: { kind: 'gate', stage: 'staging', node: 'entry' },
    })
  })

  for (const text of ['connected-car-2.0', 'a/b/c/7', 'Car/7', '/7', 'car/0', 'car/7//exit', '']) {
    test(`"${text}" is no address of a run`, () => {
      assert.throws(() => parseRunAddress(text), /is no address/)
    })
  }
})

suite('other addresses', () => {
  test('a name may have its project in front', () => {
    assert.deepEqual(parseThingAddress('embedded/vehicle-firmware'), {
      project: 'embedded',
      name: 'vehicle-firmware',
    })
    assert.throws(() => parseThingAddress('a/b/c'), /is no address/)
  })

  test('a snapshot has a version behind a colon', () => {
    assert.deepEqual(parseSnapshotAddress('backend/data-backend:2.0.0-rc.6'), {
      project: 'backend',
      name: 'data-backend',
      version: '2.0.0-rc.6',
    })
    assert.throws(() => parseSnapshotAddress('data-backend'), /is no address of a snapshot/)
  })

  test('a definition begins with its kind', () => {
    assert.deepEqual(parseDefinitionAddress('pipeline/connected-car'), {
      kind: 'pipeline',
      project: undefined,
      name: 'connected-car',
    })
    assert.throws(() => parseDefinitionAddress('stage/staging'), /is no address of a definition/)
  })
})
