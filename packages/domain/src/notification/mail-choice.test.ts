import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { OutwardEffect } from '../kernel/effect.ts'
import { mailChoiceOf } from './mail-choice.ts'

const gate = { gate: 'gat_1', instance: 1 } as const
const owners = (what: string): OutwardEffect => ({
  type: 'notify_owners',
  run: 'run_1',
  about: 'stg_1',
  what,
})
const task: OutwardEffect = { type: 'notify_people', run: 'run_1', stage: 'stg_1', task: 0 }

suite('a mail', () => {
  test('that asks for a decision, a task or a judgement is always sent', () => {
    for (const reason of ['waiting', 'void', 'expired'] as const)
      assert.equal(mailChoiceOf({ type: 'notify_approvers', ...gate, reason }), null)
    for (const what of ['unknown', 'task_failed', 'step_failed', 'gate_rejected', 'of_tomorrow'])
      assert.equal(mailChoiceOf(owners(what)), null)
    assert.equal(mailChoiceOf(task, 'manual'), null)
    assert.equal(mailChoiceOf({ type: 'notify_override', ...gate }), null)
  })

  test('that only tells falls under a choice', () => {
    assert.deepEqual(
      [
        mailChoiceOf({ type: 'notify_approvers', ...gate, reason: 'reminder' }),
        mailChoiceOf({ type: 'notify_gate_decided', gate: 'gat_1', outcome: 'passed' }),
        mailChoiceOf(owners('run_failed')),
        mailChoiceOf(owners('release_ready')),
        mailChoiceOf(task, 'notify'),
      ],
      ['reminders', 'decided_gates', 'failed_runs', 'ready_releases', 'notices'],
    )
  })
})
