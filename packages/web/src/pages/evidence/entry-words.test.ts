import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { exportLines, kindWords, saidWith, type AuditEntry } from './entry-words.ts'

const entry = (type: string, body: AuditEntry['body'] = {}): AuditEntry => ({
  position: '1-x-1',
  at: '2026-11-17T14:32:00.000Z',
  type,
  kind: 'gate_run',
  subject: 'gat_01KA5XQ2000000000000000000',
  actor: 'user:usr_01KA5XQ2000000000000000000',
  by: 'qa-lead',
  says: 'did something',
  holder: null,
  body,
  origin: null,
})

suite('an entry of the audit trail', () => {
  test('names the kind of what it is about', () => {
    assert.equal(kindWords('environment_lock'), 'environment')
    assert.equal(kindWords('some_thing'), 'some thing')
  })

  test('has what a person wrote, if anything', () => {
    assert.equal(saidWith(entry('decision_recorded', { comment: 'Fine.' })), 'Fine.')
    assert.equal(saidWith(entry('gate_held', { comment: ' ', reason: 'Soak.' })), 'Soak.')
    assert.equal(saidWith(entry('run_created', { comment: 7 })), undefined)
  })

  test('is exported as one line of JSON', () => {
    const lines = exportLines([entry('a'), entry('b')]).split('\n')
    assert.equal(lines.length, 3)
    assert.equal(JSON.parse(lines[1] ?? '').type, 'b')
  })
})
