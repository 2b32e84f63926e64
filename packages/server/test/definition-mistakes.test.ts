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
  // What another team has: an application for hosts, and a pipeline with a parameter that has no default.
  const other = await server.call('POST', '/v1/projects', {
    as: admin,
    body: { name: 'embedded', title: 'E' },
  })
  const given = await server.call('POST', '/v1/definitions/apply', {
    as: admin,
    body: {
      project: other.body.id,
      source: 'all',
      definitions: [application('firmware'), rollout].map((definition) => ({ definition })),
    },
  })
  assert.equal(given.status, 200, given.text)
  const fact = { project, name: 'incidents.sev1', value: 0 }
  await server.call('POST', '/v1/facts', { as: admin, body: fact })
})
after(() => server[Symbol.asyncDispose]())

const rollout: Json = {
  kind: 'pipeline',
  name: 'rollout',
  parameters: [{ kind: 'duration', name: 'soak' }],
  stages: [{ kind: 'stage', name: 's', tasks: [{ kind: 'wait', name: 'wait', for: '1m' }] }],
}
const runRollout = (more: Json = {}): Json => ({
  kind: 'run_pipeline',
  name: 'run rollout',
  pipeline: { project: 'embedded', name: 'rollout' },
  ...more,
})
/** One task in groups that stand in one another. */
const nested = (levels: number): Json =>
  levels === 0 ? build('t') : { kind: 'one_after_another', name: 'g', tasks: [nested(levels - 1)] }
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
  [
    'a quorum larger than the group',
    'quorum_too_large',
    gated(approval({ by: [{ user: 'admin' }, { user: 'lead' }], need: 3 })),
  ],
  [
    'a kind of place that the component cannot be put in',
    'wrong_place',
    {
      ...environment('place', 'firmware', { of: 'embedded' }),
      tiers: [
        { kind: 'fleet', name: 'machines', where: { cel: 'device.tags.exists(t, t == "a")' } },
      ],
    },
  ],
  [
    'a stage without environment',
    'environment_missing',
    { ...pipeline('p', 'shop'), on: [{ kind: 'schedule', cron: '0 3 * * *', zone: 'UTC' }] },
  ],
  [
    'a secret in a command line',
    'secret_in_argv',
    withTasks({ ...build('t'), run: ['sign', { secret: 'key' }] }),
  ],
  ['a parameter that is missing', 'parameter_missing', withTasks(runRollout())],
  [
    'a parameter of another type',
    'parameter_wrong_type',
    withTasks(runRollout({ parameters: { soak: 'long' } })),
  ],
  [
    'too many bytes',
    'too_large',
    withTasks(...[1, 2, 3, 4, 5].map((n) => ({ ...build(`t${n}`), run: ['x'.repeat(60_000)] }))),
  ],
  ['too many levels', 'too_deep', withTasks(nested(16))],
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

suite('the place of a mistake in a condition', () => {
  test('is the part of it that is wrong, when the text stands in the file as it is', async () => {
    const cel = 'facts.incidents.sev1 == "0"'
    const columnOf = async (length: number): Promise<readonly unknown[]> => {
      const at = ['stages', 0, 'exit', 0, 'condition', 'cel']
      const places = [{ at, line: 9, column: 20, length }]
      const place = { file: 'p.yaml', line: 7, column: 3 }
      const refused = await server.call('POST', '/v1/definitions/apply', {
        as: admin,
        body: {
          project,
          source: 'all',
          definitions: [
            ...[application('shop'), environment('dev', 'shop')].map((definition) => ({
              definition,
            })),
            { definition: gated(that(cel)), place, places },
          ],
        },
      })
      const [mistake] = refused.body.mistakes
      return [mistake.code, mistake.line, mistake.column, mistake.length]
    }
    const code = 'condition_wrong_type'
    assert.deepEqual(await columnOf(cel.length), [code, 9, 20 + cel.indexOf('"0"'), 3])
    assert.deepEqual(await columnOf(cel.length + 2), [code, 9, 21 + cel.indexOf('"0"'), 3])
    assert.deepEqual(await columnOf(cel.length + 6), [code, 9, 20, cel.length + 6], 'with escapes')
  })
})

suite('what cannot even be read as definitions', () => {
  const body = (definition: string): string =>
    `{"project":"${project}","source":"all","definitions":[{"definition":${definition}}]}`
  const send = (bytes: string | Uint8Array<ArrayBuffer>, type = 'application/json') =>
    fetch(`${server.url}/v1/definitions/apply`, {
      method: 'POST',
      headers: { ...admin.headers, 'content-type': type },
      body: bytes,
    })

  test('is refused with what is wrong, and nothing is applied', async () => {
    const notText = Buffer.from(body('{"kind":"pipeline","name":"p","title":"\xff"}'), 'latin1')
    const rows: readonly (readonly [string, Response, number])[] = [
      ['not UTF-8', await send(new Uint8Array(notText)), 400],
      ['YAML', await send('pipeline: &a p', 'application/yaml'), 415],
      ['YAML that says it is JSON', await send('pipeline: &a p'), 400],
      ['a key twice', await send(body('{"kind":"pipeline","name":"p","name":"q"}')), 400],
      ['brackets', await send(body('['.repeat(5_000) + ']'.repeat(5_000))), 400],
      ['more than may come at once', await send(body(`{"a":"${'x'.repeat(8_400_000)}"}`)), 413],
    ]
    for (const [what, answered, status] of rows) {
      assert.equal(answered.status, status, what)
      const problem: { detail: string } = JSON.parse(await answered.text())
      assert.match(problem.detail, /^[A-Z].*\.$/s, what)
    }
    const listed = await server.call('GET', `/v1/definitions?project=${project}`, { as: admin })
    assert.deepEqual(listed.body.items, [])
  })
})

suite('a definition of something that is deployed', () => {
  test('is not deleted, and not renamed without saying so', async () => {
    const place = { file: 'lockstep/all.yaml', line: 7, column: 3 }
    const send = (definitions: readonly object[]) =>
      server.call('POST', '/v1/definitions/apply', {
        as: admin,
        body: { project, source: 'all', definitions, delete: true },
      })
    const all = [application('shop'), environment('dev', 'shop')]
    const applied = await send(all.map((definition) => ({ definition })))
    assert.equal(applied.status, 200, applied.text)
    const places = await server.call('GET', '/v1/environments', { as: admin })
    const told = await server.call('POST', '/v1/inventory/reports', {
      as: admin,
      body: {
        environment: places.body.items[0].id,
        application: 'shop/shop',
        component: 'shop-api',
        resource: 'host-1',
        runs: { version: '1.0', digest: `sha256:${'a'.repeat(64)}` },
        comment: 'seen',
      },
    })
    assert.equal(told.status, 200, told.text)
    const gone = await send([])
    assert.deepEqual([gone.status, gone.body.code], [409, 'definition_in_use'])
    const renamed = [
      application('store', { tiers: all[0]?.['tiers'] }),
      environment('dev', 'store'),
    ]
    const refused = await send(renamed.map((definition) => ({ definition, place })))
    assert.equal(refused.status, 422, refused.text)
    const [mistake] = refused.body.mistakes
    assert.deepEqual(
      [mistake.code, mistake.file, mistake.line, mistake.path],
      ['renamed_without_notice', 'lockstep/all.yaml', 7, 'applications/store'],
    )
    assert.match(mistake.message, /Add renamedFrom: 'shop' to keep its history\.$/)
    const listed = await server.call('GET', `/v1/definitions?project=${project}`, { as: admin })
    assert.deepEqual(listed.body.items.map(({ name }: Json) => name).toSorted(), ['dev', 'shop'])
  })
})
