import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { entryWords, exportLines, kindWords, saidWith, type AuditEntry } from './entry-words.ts'

const entry = (type: string, body: AuditEntry['body'] = {}): AuditEntry => ({
  position: '1-x-1',
  at: '2026-11-17T14:32:00.000Z',
  type,
  kind: 'gate_run',
  subject: 'gat_01KA5XQ2000000000000000000',
  actor: 'user:usr_01KA5XQ2000000000000000000',
  by: 'qa-lead',
  holder: null,
  body,
  origin: null,
})

suite('an entry of the audit trail', () => {
  test('says what was done', () => {
    assert.equal(
      entryWords(entry('decision_recorded', { decision: 'approve' })),
      'approved at a gate',
    )
    assert.equal(
      entryWords(entry('decision_recorded', { decision: 'reject' })),
      'rejected at a gate',
    )
    assert.equal(
      entryWords(entry('approvers_reminded', { told: ['qa-lead', 'release-manager'] })),
      'reminded qa-lead, release-manager of a gate',
    )
    assert.equal(
      entryWords(entry('definition_created', { kind: 'release', name: 'connected-car-2.0' })),
      'made release connected-car-2.0',
    )
  })

  test('about an account or a group says it of who did it', () => {
    assert.deepEqual(
      [
        entryWords(entry('user_created', { name: 'qa-lead' })),
        entryWords(entry('group_created', { name: 'qa' })),
        entryWords(entry('session_opened')),
      ],
      ['made the account qa-lead', 'made the group qa', 'signed in'],
    )
  })

  test('about secrets, agents and artifacts says it of who did it', () => {
    assert.deepEqual(
      [
        entryWords(entry('secret_rotated', { name: 'store-key' })),
        entryWords(entry('agent_drained', { draining: false })),
        entryWords(entry('artifact_deleted', { component: 'ingest-api', version: '2.0.0' })),
        entryWords(entry('definition_taken_over', { kind: 'pipeline', name: 'p', source: 's' })),
      ],
      [
        'gave the secret store-key another value',
        'gave an agent work again',
        'deleted ingest-api 2.0.0',
        'took pipeline p over into s',
      ],
    )
  })

  test('about a role names whose it is, and says "themselves" of nobody else', () => {
    const me = 'usr_01KA5XQ2000000000000000000'
    const granted = { role: 'approver', waitsForConfirmation: true }
    const words = (given: Partial<AuditEntry>): string =>
      entryWords({ ...entry('role_granted'), ...given })
    assert.equal(
      words({ body: { ...granted, holder: me }, holder: 'qa-lead' }),
      'gave themselves the role approver, which waits to be confirmed',
    )
    const others = { ...granted, holder: 'usr_01KA5XQ2000000000000000001' }
    assert.equal(
      words({ actor: 'token:tok_01KA5XQ2000000000000000000', body: others, holder: 'developer' }),
      'gave developer the role approver, which waits to be confirmed',
    )
    assert.equal(
      words({ body: { ...others, waitsForConfirmation: false }, holder: 'group qa' }),
      'gave group qa the role approver',
    )
    assert.equal(
      words({ type: 'role_revoked', body: others, holder: 'developer' }),
      'took the role approver back from developer',
    )
  })

  test('of a type that has no words of its own keeps its name', () => {
    assert.equal(entryWords(entry('lock_requested')), 'lock requested')
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
