import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { matchesVersion, parseVersionRange } from './version-range.ts'

function matches(range: string, version: string): boolean {
  const parsed = parseVersionRange(range)
  assert.ok(parsed, `${range} is a range`)
  return matchesVersion(parsed, version)
}

suite('a range of versions', () => {
  const cases: readonly (readonly [range: string, inside: string, outside: string])[] = [
    ['2.x', '2.0.0', '3.0.0'],
    ['2.x', '2.14.1', '1.9.9'],
    ['2.x', '2.0.0-rc.4', '20.0.0'],
    ['2.1.x', '2.1.9', '2.2.0'],
    ['2.*', '2.0.0-b57', '1.0.0'],
    ['>=1.2', '1.2.0', '1.1.9'],
    ['>=1.2', '1.10.0', '1.1.10'],
    ['>=1.2 <2', '1.9.9', '2.0.0'],
    ['>= 1.2 < 2', '1.2', '2.0.0-rc.1'],
    ['>1.2', '1.2.1', '1.2.0'],
    ['<=2.0.0', '2.0.0-rc.1', '2.0.1'],
    ['>=2', '2.0.0-rc.4', '1.99.0'],
    ['>=2.0.0-rc.4', '2.0.0-rc.10', '2.0.0-rc.3'],
    ['>=2.0.0-rc.4', '2.0.0', '2.0.0-b57'],
    ['2.0.0-rc.4', '2.0.0-rc.4', '2.0.0-rc.40'],
    ['main-4f2c9e', 'main-4f2c9e', 'main-4f2c9f'],
  ]
  for (const [range, inside, outside] of cases) {
    test(`${range} takes ${inside} and not ${outside}`, () => {
      assert.deepEqual([matches(range, inside), matches(range, outside)], [true, false])
    })
  }

  test('* takes any version, also one that is not numbers', () => {
    assert.equal(matches('*', 'main-4f2c9e'), true)
  })

  test('a version that is not numbers is in no range of numbers', () => {
    assert.deepEqual([matches('2.x', 'main-4f2c9e'), matches('>=0', 'main')], [false, false])
  })

  test('build metadata does not count', () => {
    assert.equal(matches('<=2.0.0', '2.0.0+4f2c9e'), true)
  })

  for (const text of ['', '>=', '>=x', '>=1 2.x', '~1.2', '^2', '2.x.1', 'x.2', '<<2', 'a b']) {
    test(`"${text}" is no range`, () => {
      assert.equal(parseVersionRange(text), undefined)
    })
  }
})
