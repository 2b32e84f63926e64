import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endWords } from './end-words.ts'

test('an attempt that was stopped has ended, without a code', () => {
  const at = '2026-11-17T14:00:00.000Z'
  assert.equal(endWords({ state: 'running', exitCode: null, finishedAt: null }), 'not yet')
  assert.equal(endWords({ state: 'failed', exitCode: 2, finishedAt: at }), 'with code 2')
  assert.equal(endWords({ state: 'aborted', exitCode: null, finishedAt: at }), 'aborted')
})
