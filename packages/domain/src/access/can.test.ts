import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { idOf, type EnvironmentId, type ProjectId } from '../kernel/id.ts'
import { can, contains, findVoiceLack, reach, type Grant, type Place, type Rights } from './can.ts'
import { PERMISSIONS } from './permission.ts'
import {
  canPassGates,
  decidesInVain,
  isOfSystemOnly,
  ROLE_PERMISSIONS,
  ROLE_SCOPES,
  ROLES,
} from './role.ts'

const embedded: ProjectId = idOf('prj', '00000000-0000-7000-8000-000000000001')
const backend: ProjectId = idOf('prj', '00000000-0000-7000-8000-000000000002')
const staging: EnvironmentId = idOf('env', '00000000-0000-7000-8000-000000000003')
const production: EnvironmentId = idOf('env', '00000000-0000-7000-8000-000000000004')

const system: Place = { on: 'system' }
const at = (project: ProjectId): Place => ({ on: 'project', project })
const inside = (environment: EnvironmentId): Place => ({
  on: 'environment',
  project: embedded,
  environment,
})
const person = (...grants: Grant[]): Rights => ({ grants, token: null })

suite('can', () => {
  test('a grant on a project counts in its environments and in no other project', () => {
    const operator = person({ role: 'operator', place: at(embedded) })
    assert.deepEqual(can(operator, 'run.start', at(embedded)), { allowed: true })
    assert.deepEqual(can(operator, 'environment.lock', inside(staging)), { allowed: true })
    assert.deepEqual(can(operator, 'run.start', at(backend)), { allowed: false, why: 'unseen' })
  })

  test('a grant on one environment counts in no other', () => {
    const approver = person({ role: 'approver', place: inside(staging) })
    assert.deepEqual(can(approver, 'gate.approve', inside(staging)), { allowed: true })
    assert.deepEqual(can(approver, 'gate.approve', inside(production)), {
      allowed: false,
      why: 'unseen',
    })
    assert.deepEqual(can(approver, 'gate.approve', at(embedded)), { allowed: false, why: 'unseen' })
  })

  test('who sees a thing is told that it is forbidden', () => {
    const viewer = person({ role: 'viewer', place: at(embedded) })
    assert.deepEqual(can(viewer, 'run.start', at(embedded)), { allowed: false, why: 'forbidden' })
  })

  test('rights on one project and other rights on another do not add up', () => {
    const mixed = person(
      { role: 'viewer', place: at(embedded) },
      { role: 'operator', place: at(backend) },
    )
    assert.deepEqual(can(mixed, 'run.start', at(embedded)), { allowed: false, why: 'forbidden' })
  })

  test('an administrator may change everything and approves nothing', () => {
    const admin = person({ role: 'system_admin', place: system })
    const cannot = PERMISSIONS.filter((permission) => !can(admin, permission, at(embedded)).allowed)
    assert.deepEqual(cannot, ['gate.approve', 'gate.override'])
  })

  test('a token has what its owner has and what it was limited to', () => {
    const owner: Rights['grants'] = [{ role: 'developer', place: at(embedded) }]
    const token: Rights = {
      grants: owner,
      token: { permissions: ['run.read', 'secret.write'], project: null, environment: null },
    }
    assert.deepEqual(can(token, 'run.read', at(embedded)), { allowed: true })
    assert.deepEqual(can(token, 'run.start', at(embedded)), { allowed: false, why: 'forbidden' })
    assert.deepEqual(can(token, 'secret.write', at(embedded)), { allowed: false, why: 'forbidden' })
  })

  test('a token for one project sees nothing else', () => {
    const token: Rights = {
      grants: [{ role: 'viewer', place: system }],
      token: { permissions: ['run.read'], project: embedded, environment: null },
    }
    assert.deepEqual(can(token, 'run.read', inside(staging)), { allowed: true })
    assert.deepEqual(can(token, 'run.read', at(backend)), { allowed: false, why: 'unseen' })
    assert.deepEqual(can(token, 'run.read', system), { allowed: false, why: 'forbidden' })
  })

  test('no token approves, whoever made it', () => {
    const token: Rights = {
      grants: [{ role: 'approver', place: at(embedded) }],
      token: { permissions: ['gate.approve'], project: null, environment: null },
    }
    assert.deepEqual(can(token, 'gate.approve', at(embedded)), {
      allowed: false,
      why: 'token_cannot',
    })
  })
})

suite('reach', () => {
  test('it names the places in which the permission is granted', () => {
    const rights = person(
      { role: 'viewer', place: at(embedded) },
      { role: 'approver', place: inside(staging) },
      { role: 'security_admin', place: system },
    )
    assert.deepEqual(reach(rights, 'run.read'), {
      everywhere: false,
      projects: [embedded],
      environments: [staging],
    })
  })

  test('a grant on the system reaches everywhere', () => {
    assert.deepEqual(reach(person({ role: 'viewer', place: system }), 'run.read'), {
      everywhere: true,
    })
  })

  test('a token for one project cuts a grant on the system down to it', () => {
    const rights: Rights = {
      grants: [{ role: 'viewer', place: system }],
      token: { permissions: ['run.read'], project: embedded, environment: null },
    }
    assert.deepEqual(reach(rights, 'run.read'), {
      everywhere: false,
      projects: [embedded],
      environments: [],
    })
  })

  test('nothing granted reaches nowhere', () => {
    assert.deepEqual(reach(person(), 'run.read'), {
      everywhere: false,
      projects: [],
      environments: [],
    })
  })
})

suite('roles', () => {
  test('only an approver decides at gates, and a security administrator overrides them', () => {
    assert.deepEqual(ROLES.filter(canPassGates), ['approver', 'security_admin'])
  })

  test('are in vain for a service account, and for nobody else', () => {
    const inVain = (subject: string) => ROLES.filter((role) => decidesInVain({ subject, role }))
    assert.deepEqual(inVain('svc_01KA5XQ2000000000000000000'), ['approver', 'security_admin'])
    assert.deepEqual(inVain('usr_01KA5XQ2000000000000000000'), [])
    assert.deepEqual(inVain('grp_01KA5XQ2000000000000000000'), [])
  })

  test('of a project include no permission that only the whole system gives', () => {
    for (const permission of ['gate.override', 'user.write', 'system.read'] as const) {
      assert.equal(isOfSystemOnly(permission), true, permission)
    }
    for (const permission of ['gate.approve', 'user.read', 'run.read'] as const) {
      assert.equal(isOfSystemOnly(permission), false, permission)
    }
  })

  test('every permission belongs to a role that can be granted', () => {
    const held = new Set(ROLES.flatMap((role) => ROLE_PERMISSIONS[role]))
    assert.deepEqual(
      PERMISSIONS.filter((permission) => !held.has(permission)),
      [],
    )
  })

  test('roles over people are granted on the system only', () => {
    for (const role of ROLES) {
      if (ROLE_PERMISSIONS[role].includes('user.write'))
        assert.deepEqual(ROLE_SCOPES[role], ['system'])
    }
  })
})

test('a place contains itself and what is below it', () => {
  const places = [system, at(embedded), inside(staging), at(backend)]
  const table = places.map((outer) => places.map((inner) => contains(outer, inner)))
  assert.deepEqual(table, [
    [true, true, true, true],
    [false, true, true, false],
    [false, false, true, false],
    [false, false, false, true],
  ])
})

suite('findVoiceLack', () => {
  const project = at(embedded)
  const lack = (...grants: Grant[]) => findVoiceLack(grants, project, staging)
  const sees: Grant = { role: 'viewer', place: project }

  test('takes the role approver on the system, the project or the environment', () => {
    assert.equal(lack({ role: 'approver', place: system }), undefined)
    assert.equal(lack({ role: 'approver', place: project }), undefined)
    assert.equal(lack(sees, { role: 'approver', place: inside(staging) }), undefined)
    assert.equal(lack(sees, { role: 'approver', place: inside(production) }), 'approver_role')
    assert.equal(lack(sees, { role: 'approver', place: at(backend) }), 'approver_role')
  })

  test('is in every other role', () => {
    const others = ROLES.filter((role) => lack({ role, place: system }) === undefined)
    assert.deepEqual(others, ['approver'])
  })

  test('of whoever holds the role for the environment alone is the sight of the project', () => {
    assert.equal(lack({ role: 'approver', place: inside(staging) }), 'sight_of_project')
    assert.equal(lack(), 'approver_role')
  })
})
