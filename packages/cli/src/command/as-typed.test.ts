import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Refused } from '@lockstep/client'
import { problem } from '@lockstep/contract'
import { asTyped } from './as-typed.ts'
import { words } from './command.ts'

const command = {
  arguments: { permissions: { shown: 'PERMISSION', many: true } },
  flags: { days: { type: 'number', summary: 'how long' }, message: words('why') },
} as const

function said(field: string, detail: string): string {
  const refused = new Refused(problem('invalid_field', detail, 'req_1', { field }))
  const told = asTyped(refused, command)
  assert.ok(told instanceof Refused)
  assert.deepEqual([told.code, told.problem['field']], ['invalid_field', field])
  return told.message
}

suite('what the server refuses of a field', () => {
  test('is said of the flag that was typed', () => {
    assert.equal(
      said('days', '"days" in the body is not acceptable: 365 at most.'),
      '--days is not acceptable: 365 at most.',
    )
    assert.equal(
      said('comment', '"comment" in the body is not acceptable: 2000 characters at most.'),
      '-m is not acceptable: 2000 characters at most.',
    )
  })

  test('is said of the argument that was typed, also when one of many is meant', () => {
    assert.equal(
      said('permissions.1', '"permissions.1" in the body is not acceptable: "x" is none.'),
      'PERMISSION is not acceptable: "x" is none.',
    )
  })

  test('stays as it is when nobody typed it', () => {
    const detail = '"pollMs" in the body is not acceptable: 1000 at least.'
    assert.equal(said('pollMs', detail), detail)
    const fault = new RangeError('no')
    assert.equal(asTyped(fault, command), fault)
  })
})
