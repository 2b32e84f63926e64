import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mayCarryOut } from './process-task.ts'

test('a run that brings an application by its short name may carry out its processes', () => {
  const brings = [{ application: 'hello', snapshot: null, version: null, passed: null }]
  assert.equal(mayCarryOut({ brings }, 'trial/hello'), true)
  assert.equal(mayCarryOut({ brings }, 'trial/hello-server'), false)
  assert.equal(mayCarryOut({ brings: [] }, 'trial/hello'), false)
})
