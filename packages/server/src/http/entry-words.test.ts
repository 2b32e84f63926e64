import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { idsIn, presentEntry, type Said } from './entry-words.ts'

const ME = 'usr_01KA5XQ2000000000000000000'
const OTHER = 'usr_01KA5XQ2000000000000000001'
const GROUP = 'grp_01KA5XQ2000000000000000000'
const NAMES: Readonly<Record<string, string>> = {
  [ME]: 'qa-lead',
  [OTHER]: 'developer',
  [GROUP]: 'group qa',
}

const words = (type: string, given: Partial<Said> = {}): string =>
  presentEntry({
    type,
    kind: 'gate_run',
    subject: 'gat_01KA5XQ2000000000000000000',
    actor: `user:${ME}`,
    body: {},
    nameOf: (id) => NAMES[id] ?? id,
    ...given,
  })

suite('an entry of the audit trail', () => {
  test('says what was done', () => {
    assert.deepEqual(
      [
        words('decision_recorded', { body: { decision: 'approve' } }),
        words('decision_recorded', { body: { decision: 'reject' } }),
        words('approvers_reminded', { body: { told: ['qa-lead', 'release-manager'] } }),
        words('definition_created', { body: { kind: 'release', name: 'connected-car-2.0' } }),
        words('definition_taken_over', { body: { kind: 'pipeline', name: 'p', source: 's' } }),
        words('secret_rotated', { body: { name: 'store-key' } }),
        words('artifact_deleted', { body: { component: 'ingest-api', version: '2.0.0' } }),
        words('inventory_reported', {
          body: { accepted: true, resource: 'bench-car-04', component: 'battery-light' },
        }),
        words('application_pinned', {
          body: { version: '2.0.0', application: { project: 'mobile', name: 'mobile-app' } },
        }),
      ],
      [
        'approved at a gate',
        'rejected at a gate',
        'reminded qa-lead, release-manager of a gate',
        'made release connected-car-2.0',
        'took pipeline p over into s',
        'gave the secret store-key another value',
        'deleted ingest-api 2.0.0',
        'accepted what bench-car-04 runs of battery-light',
        'chose 2.0.0 of mobile/mobile-app',
      ],
    )
  })

  test('about a person, a group, a token or an agent names it', () => {
    const changed = (before: object, after: object) => ({
      subject: OTHER,
      body: { before: { ...before }, after: { ...after } },
    })
    const group = { subject: GROUP, body: { user: OTHER } }
    assert.deepEqual(
      [
        words('user_changed', changed({ email: 'a@b.test' }, { email: 'c@b.test' })),
        words('user_changed', changed({ disabled: false }, { disabled: true })),
        words('user_changed', changed({ title: 'A' }, { title: 'B' })),
        words('user_invited', { subject: OTHER }),
        words('member_added', group),
        words('member_removed', group),
        words('token_created', { body: { owner: OTHER, name: 'nightly' } }),
        words('token_created', { body: { owner: ME, name: 'nightly' } }),
        words('agent_drained', { subject: 'agt_1', body: { draining: false } }),
      ],
      [
        'changed the address of developer',
        'kept developer out',
        'changed the account developer',
        'made a link for a new password of developer',
        'put developer into group qa',
        'took developer out of group qa',
        'made the token nightly for developer',
        'made the token nightly',
        'gave the agent agt_1 work again',
      ],
    )
    assert.ok(idsIn({ subject: GROUP, body: { user: OTHER } }).includes(OTHER))
  })

  test('about a role names whose it is, and says "themselves" of nobody else', () => {
    const granted = { role: 'approver', waitsForConfirmation: true }
    assert.equal(
      words('role_granted', { body: { ...granted, holder: ME } }),
      'gave themselves the role approver, which waits to be confirmed',
    )
    assert.equal(
      words('role_granted', {
        actor: 'token:tok_01KA5XQ2000000000000000000',
        body: { ...granted, holder: ME },
      }),
      'gave qa-lead the role approver, which waits to be confirmed',
    )
    assert.equal(
      words('role_granted', { body: { role: 'approver', holder: GROUP } }),
      'gave group qa the role approver',
    )
    assert.equal(
      words('role_revoked', { body: { role: 'approver', holder: OTHER } }),
      'took the role approver back from developer',
    )
  })

  test('of what Lockstep did by itself names the thing that it happened to', () => {
    assert.deepEqual(
      [
        words('abort_requested', { kind: 'gate_run' }),
        words('abort_requested', { kind: 'stage_run' }),
        words('abort_requested', { kind: 'pipeline_run' }),
        words('child_finished', { kind: 'pipeline_run', body: { outcome: 'succeeded' } }),
        words('child_finished', { kind: 'process_run', body: { outcome: 'errored' } }),
        words('woken', { kind: 'step_run' }),
        words('contents_changed', { kind: 'release' }),
      ],
      [
        'aborted a gate',
        'aborted a stage',
        'aborted a run',
        'noted that a stage has succeeded',
        'noted that a step could not be run',
        'looked at a step again when its time had come',
        'took up another definition of a release',
      ],
    )
  })

  test('of a type that is not known here keeps its name', () => {
    assert.equal(words('lock_borrowed'), 'lock borrowed')
  })
})
