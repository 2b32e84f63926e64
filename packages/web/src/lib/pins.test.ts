import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { dropPin, parsePins, PINS_MAX, turnPin, type Pin } from './pins.ts'

const pin = (name: string): Pin => ({ project: 'car', name, title: name.toUpperCase() })

suite('pins', () => {
  test('are put at the end, and taken away by the same turn', () => {
    const two = turnPin([pin('a')], pin('b'))
    assert.deepEqual(two, [pin('a'), pin('b')])
    assert.deepEqual(turnPin(two, { ...pin('a'), title: 'another title' }), [pin('b')])
  })

  test('are at most so many', () => {
    const full = Array.from({ length: PINS_MAX }, (_, at) => pin(`r${at}`))
    assert.deepEqual(turnPin(full, pin('one-more')), full)
    assert.equal(turnPin(full, pin('r0')).length, PINS_MAX - 1)
  })

  test('give up the place of one that is gone', () => {
    assert.deepEqual(dropPin([pin('a'), pin('b')], pin('a')), [pin('b')])
    assert.deepEqual(dropPin([pin('b')], pin('a')), [pin('b')])
  })

  test('survive what somebody else has written in their place', () => {
    assert.deepEqual(parsePins(null), [])
    assert.deepEqual(parsePins('{'), [])
    assert.deepEqual(parsePins('{"a":1}'), [])
    assert.deepEqual(parsePins(JSON.stringify([pin('a'), { name: 'b' }, 7, null])), [pin('a')])
  })
})
