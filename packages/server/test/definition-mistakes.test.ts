// What is wrong with a definition travels over HTTP as it was found: with its code, its place, its path and its sentence.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { startTestApi, type Caller, type TestApi } from '../testing/api.ts'
import { application, environment, pipeline } from '../testing/definitions.ts'

type Json = Record<string, unknown>

let server: TestApi
let admin: Caller
let project: string

before(async () => {
  server = await startTestApi()
  admin = await server.setUp()
  const made = await server.call('POST', '/v1/projects', {
    as: admin,
    body: { name: 'shop', title: 'S' },
  })
  project = made.body.id
  for (const name of ['qa', 'empty'])
    await server.call('POST', '/v1/groups', { as: admin, body: { name, title: name } })
  const fact = { project, name: 'incidents.sev1', value: 0 }
  await server.call('POST', '/v1/facts', { as: admin, body: fact })
})
after(() => server[Symbol.asyncDispose]())

const gated = (...exit: Json[]): Json => pipeline('p', 'shop', { environment: 'dev', exit })
const approval = (more: Json): Json => ({ kind: 'approval', name: 'QA', ...more })
const that = (cel: string): Json => ({ kind: 'that', name: 'Quiet', condition: { cel } })
const withTasks = (...tasks: Json[]): Json => ({
  kind: 'pipeline',
  name: 'p',
  stages: [{ kind: 'stage', name: 's', environment: { name: 'dev' }, tasks }],
})
const build = (name: string): Json => ({ kind: 'test', name, run: ['true'] })
const steps = (...deploy: Json[]): Json => ({
  kind: 'application',
  name: 'other',
  tiers: [
    {
      kind: 'tier',
      name: 'edge',
      components: [{ kind: 'component', name: 'c', hosts: { deploy } }],
    },
  ],
})
const step = (name: string, more: Json = {}): Json => ({
  kind: 'command',
  name,
  argv: ['true'],
  ...more,
})

/** Each with the code that it must get. All of them stand in one file, so that its place is known. */
const ROWS: readonly (readonly [mistake: string, code: string, definition: Json])[] = [
  ['an unknown field', 'unknown_field', { ...application('x'), colour: 'red' }],
  ['an unknown kind', 'unknown_kind', { kind: 'machine', name: 'x' }],
  ['a missing field', 'missing_field', { kind: 'application', name: 'x' }],
  ['a wrong type', 'wrong_type', { ...application('x'), title: 5 }],
  ['a wrong name', 'wrong_name', application('X y')],
  ['a wrong unit', 'wrong_unit', gated(approval({ by: [{ group: 'qa' }], expires: 5 }))],
  ['two tasks of one name', 'duplicate_name', withTasks(build('t'), build('t'))],
  ['an unknown group', 'unknown_name', gated(approval({ by: [{ group: 'qaa' }] }))],
  ['an unknown user', 'unknown_name', gated(approval({ by: [{ user: 'admi' }] }))],
  ['an unknown application', 'unknown_name', environment('place', 'shopp')],
  ['an unknown environment', 'unknown_name', pipeline('p', 'shop', { environment: 'deev' })],
  ['an unknown step', 'unknown_need', steps(step('a', { needs: ['b'] }))],
  [
    'a circle of steps',
    'needs_cycle',
    steps(step('a', { needs: ['b'] }), step('b', { needs: ['a'] })),
  ],
  ['an approval by nobody', 'no_approver', gated(approval({}))],
  ['a group without people', 'everybody_excluded', gated(approval({ by: [{ group: 'empty' }] }))],
  [
    'a tier that is not mapped',
    'tier_not_mapped',
    {
      ...environment('place', 'shop'),
      receives: [{ kind: 'tier_map', application: { name: 'shop' }, map: {} }],
    },
  ],
  [
    'a project that may not be referred to',
    'reference_not_granted',
    environment('place', 'x', { of: 'hidden' }),
  ],
  ['a stage without tasks', 'no_tasks', withTasks()],
  [
    'a condition that cannot be read',
    'condition_not_readable',
    gated(that('facts.incidents.sev1 ==')),
  ],
  [
    'a condition of wrong types',
    'condition_wrong_type',
    gated(that('facts.incidents.sev1 == "0"')),
  ],
  [
    'a condition that is no yes or no',
    'condition_not_boolean',
    gated(that('facts.incidents.sev1')),
  ],
  [
    'a fact that is not reported',
    'condition_unknown_variable',
    gated(that('facts.incidents.sev9 == 0')),
  ],
]

suite('mistakes in definitions', () => {
  for (const [mistake, code, definition] of ROWS) {
    test(`${mistake} is answered as ${code}, with its file and line, and nothing is applied`, async () => {
      const place = { file: 'lockstep/all.yaml', line: 7, column: 3 }
      const good = [application('shop'), environment('dev', 'shop')]
      const refused = await server.call('POST', '/v1/definitions/apply', {
        as: admin,
        body: {
          project,
          source: 'all',
          definitions: [...good.map((one) => ({ definition: one })), { definition, place }],
        },
      })
      assert.equal(refused.status, 422, refused.text)
      assert.equal(refused.body.code, 'definition_invalid')
      const found = refused.body.mistakes.find((one: Json) => one['code'] === code)
      assert.ok(found !== undefined, refused.text)
      assert.deepEqual([found.file, found.line, found.column], ['lockstep/all.yaml', 7, 3])
      assert.ok(found.message.endsWith('.') || found.message.endsWith('?'), found.message)
      const listed = await server.call('GET', `/v1/definitions?project=${project}`, { as: admin })
      assert.deepEqual(listed.body.items, [])
    })
  }
})
