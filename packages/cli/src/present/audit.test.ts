import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import type { AuditVerification } from '../documents.ts'
import { presentVerified } from './audit.ts'

const VIEW = { width: 80, zone: 'Europe/Berlin', nowMs: Date.parse('2026-11-17T13:32:00Z') }

function shown(given: Partial<AuditVerification>): string {
  const whole = { ok: true, entries: 1204, seals: 9, head: `sha256:${'5c1e9ab2'.repeat(8)}` }
  return presentVerified({ ...whole, broken: null, checkpoint: null, ...given }, VIEW)
}

suite('presentVerified', () => {
  test('names the signed checkpoint that the trail agrees with', () => {
    assert.equal(
      shown({ checkpoint: '2026-11-17T12:50:00.000Z' }),
      '✓ 1,204 entries, unbroken. Head sha256:5c1e9a…, agrees with the checkpoint of 13:50.',
    )
  })

  test('speaks of no checkpoint where none was held against it', () => {
    assert.equal(shown({}), '✓ 1,204 entries, unbroken. Head sha256:5c1e9a….')
  })

  test('says where it breaks, and that nothing behind that counts', () => {
    assert.equal(
      shown({ ok: false, broken: 'Entry 7 in chain 1 was changed.' }),
      '✗ Entry 7 in chain 1 was changed.\n  1,204 entries were read; nothing after the break can be relied on.',
    )
  })
})
