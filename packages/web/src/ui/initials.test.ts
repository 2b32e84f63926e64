import assert from 'node:assert/strict'
import { test } from 'node:test'
import { initialsOf } from './initials.ts'

test('initials are the first signs of the first and the last word, whole', () => {
  assert.deepEqual(
    ['release-manager', 'Ada', ' QA  team lead ', '🚀 Release manager', 'Team 🚗', '🚀', '--'].map(
      initialsOf,
    ),
    ['RM', 'A', 'QL', '🚀M', 'T🚗', '🚀', '?'],
  )
})
