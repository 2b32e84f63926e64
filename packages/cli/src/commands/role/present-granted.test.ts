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
}

suite('a role that is not confirmed yet', () => {
  test('given to oneself says that nobody lets themselves approve', () => {
    assert.match(presentGranted(GRANTED, 'x'), /^◆ Not yet: x\nNobody lets themselves approve\. /)
  })

  test('given by a token to somebody else says that the token is why', () => {
    const other = 'usr_01KA5XQ2000000000000000001' as GrantChanged['subject']
    const words = presentGranted({ ...GRANTED, subject: other }, 'x')
    assert.match(words, /\nA token alone gives nobody a role that decides at gates\. /)
    assert.ok(!words.includes('themselves'))
  })
})
