import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseThingPart, partsOfRun, shortName, thingPart } from './address.ts'

suite('the part of an address that names a thing', () => {
  test('is read as it was written', () => {
    const thing = { project: 'connected-car', name: 'connected-car-2.0' }
    assert.equal(thingPart(thing), 'connected-car:connected-car-2.0')
    assert.deepEqual(parseThingPart(thingPart(thing)), thing)
  })

  test('names nothing when it has another form', () => {
    assert.equal(parseThingPart('connected-car'), undefined)
    assert.equal(parseThingPart('a:b:c'), undefined)
  })
})

test('the address of a run has its project, name and number', () => {
  assert.deepEqual(partsOfRun('car/connected-car-2.0/7'), {
    project: 'car',
    name: 'connected-car-2.0',
    number: '7',
  })
  assert.equal(shortName('car/vehicle-firmware'), 'vehicle-firmware')
})
