import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { GrantChanged } from '../../documents.ts'
import { presentGranted } from './present-granted.ts'

const ME = 'usr_01KA5XQ2000000000000000000'
const GRANTED: GrantChanged = {
  id: 'gra_01KA5XQ2000000000000000000' as GrantChanged['id'],
  subject: ME as GrantChanged['subject'],
  subjectName: 'qa-lead',
  role: 'approver',
  scope: 'system',
  project: null,
  environment: null,
  createdAt: '2026-11-17T14:32:00.000Z',
  state: 'unconfirmed',
  givenBy: ME as GrantChanged['givenBy'],
  confirmedBy: null,
  from: null,
  endedSessions: 0,
  because: 'own',
}

suite('a role that is not confirmed yet', () => {
  test('given to oneself says that nobody lets themselves approve', () => {
    assert.match(presentGranted(GRANTED, 'x'), /^◆ Not yet: x\nNobody lets themselves approve\. /)
  })

  test('given by who may be somebody else says why', () => {
    const token = presentGranted({ ...GRANTED, because: 'token' }, 'x')
    assert.match(token, /\nA token alone gives nobody a role that decides at gates\. /)
    const renewed = presentGranted({ ...GRANTED, because: 'new_password' }, 'x')
    assert.match(renewed, /\nYour password was chosen again by a link/)
    assert.ok(!`${token}${renewed}`.includes('themselves'))
  })
})
