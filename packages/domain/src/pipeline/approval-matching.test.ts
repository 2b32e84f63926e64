import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import fc from 'fast-check'

import { countMatched, matchGroups } from './approval-matching.ts'

/** Tries every way of giving each person one of their groups, or none. */
function bruteForce(groupsOf: readonly (readonly number[])[], person = 0, taken = 0): number {
  const groups = groupsOf[person]
  if (groups === undefined) return 0
  let best = bruteForce(groupsOf, person + 1, taken)
  for (const group of groups) {
    if ((taken & (1 << group)) !== 0) continue
    best = Math.max(best, 1 + bruteForce(groupsOf, person + 1, taken | (1 << group)))
  }
  return best
}

const PEOPLE = fc.array(fc.uniqueArray(fc.nat(4), { maxLength: 5 }), { maxLength: 6 })

suite('matchGroups', () => {
  test('a person in two groups stands for only one of them', () => {
    assert.equal(countMatched([[0, 1]], 2), 1)
  })

  test('a person gives way to somebody who has no other group', () => {
    assert.deepEqual(matchGroups([[0, 1], [0]], 2), [1, 0])
  })

  test('people without a group count for nothing', () => {
    assert.equal(countMatched([[], []], 2), 0)
  })

  test('it finds as many groups as trying every assignment does', () => {
    fc.assert(
      fc.property(PEOPLE, (people) => {
        assert.equal(countMatched(people, 5), bruteForce(people))
      }),
    )
  })

  test('nobody stands for two groups, and everybody for a group of theirs', () => {
    fc.assert(
      fc.property(PEOPLE, (people) => {
        const matched = matchGroups(people, 5).flatMap((person, group) =>
          person === undefined ? [] : [{ person, group }],
        )
        assert.equal(new Set(matched.map(({ person }) => person)).size, matched.length)
        assert.ok(matched.every(({ person, group }) => people[person]?.includes(group)))
      }),
    )
  })

  test('the order in which people decide does not matter', () => {
    fc.assert(
      fc.property(PEOPLE, (people) => {
        assert.equal(countMatched(people, 5), countMatched(people.toReversed(), 5))
      }),
    )
  })
})
