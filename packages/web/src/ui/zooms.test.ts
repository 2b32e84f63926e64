import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { fittingZoom } from './zooms.ts'

const room = { width: 800, height: 600 }

suite('the size at which a graph fits', () => {
  test('is the largest step at which nothing is out of sight', () => {
    assert.equal(fittingZoom(room, { width: 1000, height: 600 }, 100), 75)
    assert.equal(fittingZoom(room, { width: 500, height: 600 }, 75), 75)
    assert.equal(fittingZoom(room, { width: 500, height: 300 }, 50), 75)
    assert.equal(fittingZoom(room, { width: 800, height: 900 }, 75), 50)
  })
  test('is never more than life-size', () => {
    assert.equal(fittingZoom(room, { width: 200, height: 100 }, 50), 100)
  })
  test('is the smallest when nothing is small enough', () => {
    assert.equal(fittingZoom(room, { width: 9000, height: 600 }, 100), 50)
  })
})
