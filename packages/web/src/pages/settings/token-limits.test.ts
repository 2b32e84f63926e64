import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { grantable, permissionsFor } from './token-limits.ts'

suite('the limits of a token', () => {
  test('never go beyond what its maker may, and never include a decision', () => {
    const may = grantable(['approver'])
    assert.ok(may.includes('run.read'))
    assert.ok(!may.includes('gate.approve'))
    assert.ok(!may.includes('run.start'))
    assert.deepEqual(permissionsFor('all', may, new Set()), may)
  })

  test('of reading are what ends in read; of a build server what it needs', () => {
    const may = grantable(['developer'])
    assert.ok(permissionsFor('read', may, new Set()).every((one) => one.endsWith('.read')))
    const build = permissionsFor('build', may, new Set())
    assert.ok(build.includes('artifact.upload'))
    assert.ok(!build.includes('run.cancel'))
  })

  test('are what was chosen, of that', () => {
    const may = grantable(['viewer'])
    assert.deepEqual(permissionsFor('chosen', may, new Set(['run.read', 'run.start'])), [
      'run.read',
    ])
  })
})
