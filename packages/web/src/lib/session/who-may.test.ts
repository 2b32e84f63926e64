import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whoMay } from './who-may.ts'

test('who may do something is said with the names of the roles', () => {
  assert.equal(whoMay('environment.freeze'), 'operators, owners of the project and administrators')
  assert.equal(whoMay('user.write'), 'security administrators and administrators')
  assert.equal(whoMay('gate.override'), 'security administrators')
})

test('what belongs to no project is for those who have the role on the whole system', () => {
  assert.equal(whoMay('agent.drain', 'system'), 'operators of the whole system and administrators')
  assert.equal(whoMay('agent.assign', 'system'), 'administrators')
})
