import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { idOf, type UserId } from '../kernel/id.ts'
import {
  beginGrant,
  confirmGrant,
  findWaiting,
  isBeforeNewPassword,
  refuseLink,
  refuseMember,
  type Giver,
  type GrantState,
} from './own-grant.ts'
import { ROLES } from './role.ts'

const person = (n: number): UserId => idOf('usr', `00000000-0000-7000-8000-00000000000${n}`)
const [ada, bo, cy] = [person(1), person(2), person(3)]
const byHand = (...people: readonly UserId[]): Giver => ({ people, doubt: undefined })
const byToken = (...people: readonly UserId[]): Giver => ({ people, doubt: 'token' })
const renewed = (giver: UserId): Giver => ({ people: [giver], doubt: 'new_password' })
const AT = 1_800_000_000_000
const unconfirmed: GrantState = { status: 'unconfirmed', givenBy: ada }

suite('a role that somebody gives', () => {
  test('counts at once for others, whatever it is', () => {
    for (const role of ROLES) {
      const begun = beginGrant({ role, giver: byHand(ada), reaches: [bo, cy] })
      assert.deepEqual(begun, { state: { status: 'in_force' }, because: null }, role)
    }
  })

  test('waits for somebody else when its giver would decide with it, alone, in a group or through a token', () => {
    const waits = ROLES.filter((role) => {
      const begun = beginGrant({ role, giver: byHand(cy, ada), reaches: [bo, ada] })
      if (begun.state.status === 'unconfirmed') {
        assert.deepEqual([begun.state.givenBy, begun.because], [ada, 'own'])
      }
      return begun.state.status === 'unconfirmed'
    })
    assert.deepEqual(waits, ['approver', 'security_admin'])
  })

  test('waits for another person when its giver may be somebody else: by a token, with a password that is new by a link', () => {
    for (const giver of [byToken(bo, cy), renewed(bo)]) {
      const waits = ROLES.filter((role) => {
        const begun = beginGrant({ role, giver, reaches: [ada] })
        if (begun.state.status === 'unconfirmed') {
          assert.deepEqual([begun.state.givenBy, begun.because], [bo, giver.doubt])
        }
        return begun.state.status === 'unconfirmed'
      })
      assert.deepEqual(waits, ['approver', 'security_admin'])
    }
  })

  test('counts an hour after the second person said yes', () => {
    assert.deepEqual(
      confirmGrant(unconfirmed, { by: bo, doubt: undefined, reaches: [ada], at: AT }),
      {
        ok: true,
        state: { status: 'confirmed', givenBy: ada, confirmedBy: bo, from: AT + 3_600_000 },
      },
    )
  })

  test('is not confirmed by its giver, nor by anybody who would decide with it', () => {
    for (const by of [ada, cy]) {
      assert.deepEqual(
        confirmGrant(unconfirmed, { by, doubt: undefined, reaches: [ada, cy], at: AT }),
        {
          ok: false,
          refusal: 'cannot_change_yourself',
        },
      )
    }
    // The giver left the group meanwhile, and has given it to themselves all the same.
    assert.equal(
      confirmGrant(unconfirmed, { by: ada, doubt: undefined, reaches: [cy], at: AT }).ok,
      false,
    )
  })

  test('is not confirmed by who may be somebody else', () => {
    for (const [doubt, refusal] of [
      ['token', 'person_required'],
      ['new_password', 'password_new'],
    ] as const) {
      const yes = { by: bo, doubt, reaches: [ada], at: AT }
      assert.deepEqual(confirmGrant(unconfirmed, yes), { ok: false, refusal })
    }
  })

  test('is confirmed once', () => {
    const states: readonly GrantState[] = [
      { status: 'in_force' },
      { status: 'confirmed', givenBy: ada, confirmedBy: bo, from: AT },
    ]
    for (const state of states) {
      assert.deepEqual(confirmGrant(state, { by: cy, doubt: undefined, reaches: [ada], at: AT }), {
        ok: false,
        refusal: 'wrong_state',
      })
    }
  })

  test('is named to whoever is refused what it would allow there', () => {
    const project = idOf('prj', '00000000-0000-7000-8000-000000000001')
    const other = idOf('prj', '00000000-0000-7000-8000-000000000002')
    const grant = idOf('gra', '00000000-0000-7000-8000-000000000009')
    const waiting = [
      { grant, role: 'approver', place: { on: 'project', project }, from: null },
    ] as const
    assert.equal(findWaiting(waiting, 'gate.approve', { on: 'project', project }), waiting[0])
    assert.equal(findWaiting(waiting, 'run.start', { on: 'project', project }), undefined)
    assert.equal(findWaiting(waiting, 'gate.approve', { on: 'project', project: other }), undefined)
  })
})

suite('a person who is added to a group', () => {
  test('does not add themselves, neither by hand nor by their token', () => {
    for (const giver of [byHand(ada), byToken(bo, ada)]) {
      assert.equal(refuseMember({ giver, person: ada, roles: [] }), 'cannot_change_yourself')
    }
  })

  test('is added by a person where the group decides, and by a token to every other group', () => {
    const mayNot = (giver: Giver) =>
      ROLES.filter((role) => refuseMember({ giver, person: ada, roles: ['viewer', role] }))
    assert.deepEqual(mayNot(byHand(bo)), [])
    assert.deepEqual(mayNot(byToken(bo, cy)), ['approver', 'security_admin'])
    assert.deepEqual(mayNot(renewed(bo)), ['approver', 'security_admin'])
    const why = refuseMember({ giver: renewed(bo), person: ada, roles: ['approver'] })
    assert.equal(why, 'password_new')
  })
})

suite('a link with which a person chooses a password', () => {
  const usual = { person: ada, hasPassword: true, isAdministrator: false, givesAll: false }

  test('is made by others only, and for an administrator by who may make administrators', () => {
    assert.equal(refuseLink({ ...usual, giver: byHand(bo) }), undefined)
    assert.equal(refuseLink({ ...usual, giver: byHand(ada) }), 'cannot_change_yourself')
    const administrator = { ...usual, giver: byHand(bo), isAdministrator: true }
    assert.equal(refuseLink(administrator), 'forbidden')
    assert.equal(refuseLink({ ...administrator, givesAll: true }), undefined)
  })

  test('is made by a token for the first password only, and never for its owner', () => {
    assert.equal(refuseLink({ ...usual, giver: byToken(bo) }), 'person_required')
    assert.equal(refuseLink({ ...usual, giver: byToken(bo), hasPassword: false }), undefined)
    const own = { ...usual, giver: byToken(bo, ada), hasPassword: false }
    assert.equal(refuseLink(own), 'cannot_change_yourself')
  })

  test('does not take away what was decided before it was used', () => {
    const used = AT
    const decidesFrom = used + 3_600_000
    assert.equal(isBeforeNewPassword(used - 1, decidesFrom), true)
    assert.equal(isBeforeNewPassword(used, decidesFrom), false)
  })
})
