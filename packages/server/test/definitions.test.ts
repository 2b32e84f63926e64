import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { idOf, uuidOf } from '@lockstep/domain'
import { ensureDefinitionAggregates } from '../src/usecases/definition/ensure-aggregates.ts'
import { startTestApi, type Caller, type TestApi } from '../testing/api.ts'
import { application, apply, environment, pipeline, release } from '../testing/definitions.ts'

let server: TestApi
let admin: Caller & { readonly id: string }
let projects = 0

before(async () => {
  server = await startTestApi()
  admin = await server.setUp()
  await server.call('POST', '/v1/groups', { as: admin, body: { name: 'managers', title: 'M' } })
})
after(() => server[Symbol.asyncDispose]())

async function newProject(): Promise<{ id: string; name: string }> {
  projects += 1
  const name = `p${projects}`
  const made = await server.call('POST', '/v1/projects', { as: admin, body: { name, title: name } })
  return { id: made.body.id, name }
}

const source = 'shop'

async function applied(
  project: { id: string },
  definitions: (Record<string, unknown> | undefined)[],
  more = {},
) {
  const sent = definitions.filter((one) => one !== undefined)
  return apply(server, admin, { project: project.id, source, definitions: sent, ...more })
}

async function definitionId(project: { id: string }, name: string): Promise<string> {
  const path = `/v1/definitions?project=${project.id}&name=${name}`
  return (await server.call('GET', path, { as: admin })).body.items[0].id
}

const words = (answered: {
  body: { differences: { kind: string; name: string; change: string }[] }
}) => answered.body.differences.map(({ kind, name, change }) => `${change} ${kind} ${name}`)

suite('applying definitions', () => {
  test('all definitions of a source get their first revision, and applied again nothing happens', async () => {
    const project = await newProject()
    const all = [
      application('shop'),
      environment('dev', 'shop'),
      pipeline('shop', 'shop', { environment: 'dev' }),
    ]
    const first = await applied(project, all, { comment: 'first' })
    assert.equal(first.status, 200, first.text)
    assert.deepEqual(words(first), [
      'create application shop',
      'create environment dev',
      'create pipeline shop',
    ])
    const again = await applied(project, all)
    assert.deepEqual(words(again), [
      'equal application shop',
      'equal environment dev',
      'equal pipeline shop',
    ])
    const listed = await server.call('GET', `/v1/definitions?project=${project.id}`, { as: admin })
    assert.deepEqual(
      listed.body.items.map((one: Record<string, unknown>) => [
        one['kind'],
        one['revision'],
        one['comment'],
        one['editor'],
      ]),
      [
        ['application', 1, 'first', 'admin'],
        ['environment', 1, 'first', 'admin'],
        ['pipeline', 1, 'first', 'admin'],
      ],
    )
  })

  test('a dry run tells the difference and changes nothing', async () => {
    const project = await newProject()
    await applied(project, [application('shop')])
    const shown = await applied(project, [application('shop', { title: 'The shop' })], {
      dryRun: true,
    })
    assert.equal(shown.body.applied, false)
    assert.deepEqual(shown.body.differences[0].lines, [
      { path: 'title', change: 'changed', before: 'not written', after: 'The shop' },
    ])
    assert.match(shown.body.text, /~ application shop +rev 1 → 2/)
    const listed = await server.call('GET', `/v1/definitions?project=${project.id}`, { as: admin })
    assert.equal(listed.body.items[0].revision, 1)
  })

  test('one mistake refuses all of them, with its place and its path', async () => {
    const project = await newProject()
    const place = { file: 'lockstep/shop.ts', line: 3, column: 1 }
    const refused = await server.call('POST', '/v1/definitions/apply', {
      as: admin,
      body: {
        project: project.id,
        source,
        definitions: [
          { definition: application('shop'), place },
          {
            definition: pipeline('shop', 'shopp', { environment: 'dev' }),
            place: { ...place, line: 9 },
            places: [{ at: ['stages', 0, 'tasks', 0], line: 12, column: 5 }],
          },
        ],
      },
    })
    assert.equal(refused.status, 422)
    assert.equal(refused.body.code, 'definition_invalid')
    assert.deepEqual(
      refused.body.mistakes.map(({ code, file, line, column }: Record<string, unknown>) => [
        code,
        file,
        line,
        column,
      ]),
      [
        ['unknown_name', 'lockstep/shop.ts', 9, 1],
        ['unknown_name', 'lockstep/shop.ts', 12, 5],
      ],
    )
    assert.equal(refused.body.mistakes[1].nearest, 'shop')
    const listed = await server.call('GET', `/v1/definitions?project=${project.id}`, { as: admin })
    assert.deepEqual(listed.body.items, [])
  })

  test('groups that exist are known, and others are mistakes', async () => {
    const project = await newProject()
    const approval = (group: string) => ({ kind: 'approval', name: 'QA', by: [{ group }] })
    const refused = await applied(project, [
      application('shop'),
      environment('dev', 'shop'),
      pipeline('shop', 'shop', { environment: 'dev', exit: [approval('manager')] }),
    ])
    assert.match(
      refused.body.mistakes[0].message,
      /There is no group "manager". Did you mean "managers"/,
    )
  })

  test('a name that another source owns is refused with its owner, and moves with takeOver', async () => {
    const project = await newProject()
    await applied(project, [application('shop')])
    const other = { project: project.id, source: 'other', definitions: [application('shop')] }
    const refused = await apply(server, admin, other)
    assert.equal(refused.status, 409)
    assert.equal(refused.body.code, 'owned_by_another_source')
    assert.equal(refused.body.owner, 'shop')
    const taken = await apply(server, admin, { ...other, takeOver: true })
    assert.equal(taken.status, 200, taken.text)
    const listed = await server.call('GET', `/v1/definitions?project=${project.id}`, { as: admin })
    assert.deepEqual([listed.body.items[0].source, listed.body.items[0].revision], ['other', 1])
  })

  test('a difference that was shown for another revision is refused', async () => {
    const project = await newProject()
    await applied(project, [application('shop')])
    await applied(project, [application('shop', { title: 'Two' })])
    const refused = await applied(project, [application('shop', { title: 'Three' })], {
      expects: { 'application/shop': 1 },
    })
    assert.equal(refused.body.code, 'revision_moved')
    assert.deepEqual(refused.body.moved, [{ definition: 'application/shop', expected: 1, now: 2 }])
  })

  test('of two that apply at once with the same expectation, one is refused', async () => {
    const project = await newProject()
    await applied(project, [application('shop')])
    const both = await Promise.all(
      ['A', 'B'].map((title) =>
        applied(project, [application('shop', { title })], { expects: { 'application/shop': 1 } }),
      ),
    )
    assert.deepEqual(both.map(({ status }) => status).toSorted(), [200, 409])
    const revisions = await listRevisions(project.id, 'shop')
    assert.deepEqual(
      revisions.map(({ revision }) => revision),
      [2, 1],
    )
  })

  test('what a source does not have any more is deleted only with the word', async () => {
    const project = await newProject()
    await applied(project, [application('shop'), application('old')])
    const shown = await applied(project, [application('shop')], { dryRun: true })
    assert.equal(shown.body.refuses[0].code, 'deletion_not_confirmed')
    const refused = await applied(project, [application('shop')])
    assert.equal(refused.body.code, 'deletion_not_confirmed')
    const deleted = await applied(project, [application('shop')], { delete: true })
    assert.deepEqual(words(deleted), ['equal application shop', 'delete application old'])
    const anew = await applied(project, [application('shop'), application('old')])
    assert.equal(anew.body.differences[1].change, 'create')
  })

  test('one definition is taken out of use by name, and its name can be given again', async () => {
    const project = await newProject()
    await applied(project, [application('shop'), application('old')])
    const id = await definitionId(project, 'old')
    const retire = (comment: string) =>
      server.call('POST', `/v1/definitions/${id}/retirement`, { as: admin, body: { comment } })
    assert.equal((await retire(' ')).body.code, 'comment_missing')
    assert.equal((await retire('Replaced')).body.name, 'old')
    assert.equal((await retire('Replaced')).body.code, 'wrong_state')
    const history = await server.call('GET', `/v1/definitions/${id}`, { as: admin })
    assert.equal(history.body.name, 'old')
    const again = await applied(project, [application('shop'), application('old')])
    assert.deepEqual(words(again), ['equal application shop', 'create application old'])
    assert.notEqual(await definitionId(project, 'old'), id)
  })

  test('what others of the source name is taken out of use only where that is meant', async () => {
    const project = await newProject()
    await applied(project, [application('shop'), environment('dev', 'shop')])
    const id = await definitionId(project, 'shop')
    const retire = (more: object) =>
      server.call('POST', `/v1/definitions/${id}/retirement`, {
        as: admin,
        body: { comment: 'Replaced', ...more },
      })
    const refused = await retire({})
    assert.equal(refused.body.code, 'breaks_others')
    assert.match(
      refused.body.detail,
      /environments\/dev.*lockstep application delete --allow-breaking$/,
    )
    assert.equal((await retire({ allowBreaking: true })).status, 200)
  })

  test('a developer may not delete', async () => {
    const project = await newProject()
    const developer = await server.person(admin, `dev-${project.name}`, [
      { role: 'developer', project: project.id },
    ])
    const refused = await apply(server, developer, {
      project: project.id,
      source,
      definitions: [],
      delete: true,
    })
    assert.equal(refused.status, 403)
  })

  test('what is deployed cannot be deleted, and the refusal says where', async () => {
    const project = await newProject()
    await applied(project, [application('shop'), environment('dev', 'shop')])
    const dev = await findDefinition(project.id, 'environment')
    await server.database.pool.query(
      `INSERT INTO inventory VALUES ($1, $2, 'shop', 'shop-api', 'host-1', '{"version":"1","digest":"sha256:0"}', NULL,
         true, false, $1, NULL, now())`,
      [uuidOf(dev.id), project.name],
    )
    const refused = await applied(project, [], { delete: true })
    assert.equal(refused.body.code, 'definition_in_use')
    assert.match(refused.body.detail, new RegExp(`deployed: ${project.name}/dev`))
  })

  test('a run under way keeps its revisions, and what it uses cannot be deleted', async () => {
    const project = await newProject()
    const all = [application('shop'), environment('dev', 'shop'), gate('shop')]
    await applied(project, all)
    await insertRun(project)
    const changed = await applied(project, [
      application('shop', { title: 'Two' }),
      all[1],
      gate('shop'),
    ])
    assert.deepEqual(changed.body.keeps, [
      { run: `${project.name}/shop/1`, stage: 'go', definition: 'application shop', revision: 1 },
    ])
    assert.match(changed.body.text, /is in go. It keeps application shop rev 1/)
    const refused = await applied(project, [], { delete: true })
    assert.equal(refused.body.code, 'definition_in_use')
    assert.match(refused.body.detail, new RegExp(`while a run uses it: ${project.name}/shop/1`))
  })

  test('a rename keeps the thing and its history, and the old name leads to it until the line is removed', async () => {
    const project = await newProject()
    await applied(project, [application('shop')])
    const before = await findDefinition(project.id, 'application')
    const renamed = await applied(project, [application('store', { renamedFrom: 'shop' })])
    assert.deepEqual(words(renamed), ['rename application store'])
    const after = await findDefinition(project.id, 'application')
    assert.deepEqual([after.id, after.name, after.revision], [before.id, 'store', 2])
    const byOldName = await apply(server, admin, {
      project: project.id,
      source: 'places',
      definitions: [environment('dev', 'shop')],
    })
    assert.equal(byOldName.status, 200, byOldName.text)
    await applied(project, [application('store')])
    const gone = await apply(server, admin, {
      project: project.id,
      source: 'places',
      definitions: [environment('dev', 'shop', { title: 'D' })],
    })
    assert.equal(gone.body.code, 'definition_invalid')
  })

  test('names may be exchanged', async () => {
    const project = await newProject()
    await applied(project, [application('one'), application('two')])
    const exchanged = await applied(project, [
      application('uno', { renamedFrom: 'one' }),
      application('one', { renamedFrom: 'two' }),
    ])
    assert.equal(exchanged.status, 200, exchanged.text)
  })

  test('a tier that goes under the tier map of another project needs a word, and names only whom one may see', async () => {
    const [team, managers] = [await newProject(), await newProject()]
    await applied(team, [application('shop')])
    await apply(server, admin, {
      project: managers.id,
      source: 'places',
      definitions: [environment('staging', 'shop', { of: team.name })],
    })
    const changed = application('shop')
    Object.assign(changed, {
      tiers: [{ ...(changed['tiers'] as object[])[0], name: 'border' }],
    })
    const refused = await applied(team, [changed])
    assert.equal(refused.body.code, 'breaks_others')
    assert.deepEqual([refused.body.breaks, refused.body.unseen], [[`${managers.name}/staging`], 0])
    const developer = await server.person(admin, `dev-${team.name}`, [
      { role: 'developer', project: team.id },
    ])
    const unseen = await apply(server, developer, {
      project: team.id,
      source,
      definitions: [changed],
    })
    assert.deepEqual([unseen.body.breaks, unseen.body.unseen], [[], 1])
    assert.ok(!unseen.text.includes('staging'))
    const allowed = await applied(team, [changed], { allowBreaking: true })
    assert.equal(allowed.body.applied, true, allowed.text)
  })

  test('a definition of a project that one may not see cannot be referred to', async () => {
    const [team, other] = [await newProject(), await newProject()]
    await applied(other, [application('hidden')])
    const developer = await server.person(admin, `dev-${team.name}`, [
      { role: 'developer', project: team.id },
    ])
    const attempt = async (of: string) =>
      apply(server, developer, {
        project: team.id,
        source,
        definitions: [environment('dev', 'hidden', { of })],
      })
    const [real, invented] = [await attempt(other.name), await attempt('p99')]
    assert.equal(real.body.mistakes[0].code, 'reference_not_granted')
    assert.equal(
      real.body.mistakes[0].message.replace(other.name, ''),
      invented.body.mistakes[0].message.replace('p99', ''),
    )
  })

  test('each change stands in the audit trail, with what it weakens', async () => {
    const project = await newProject()
    const gated = (by: object[]) =>
      pipeline('shop', 'shop', {
        environment: 'dev',
        exit: by.map((one) => ({ kind: 'approval', name: 'QA', by: [one] })),
      })
    const rest = [application('shop'), environment('dev', 'shop', { allowSelfApproval: true })]
    const user = await server.person(admin, `qa-${project.name}`)
    await applied(project, [...rest, gated([{ user: `qa-${project.name}` }])])
    await applied(project, [...rest, gated([])], { comment: 'faster' })
    assert.ok(user.id)
    const { rows } = await server.database.pool.query<{
      type: string
      actor: string
      body: object
    }>(
      `SELECT e.type, e.actor, e.body FROM events e JOIN projects p ON p.number = e.project_id
       WHERE p.id = $1 AND e.kind = 'def' ORDER BY e.pos`,
      [uuidOf(project.id)],
    )
    assert.deepEqual(
      rows.map(({ type }) => type),
      ['definition_created', 'definition_created', 'definition_created', 'definition_changed'],
    )
    const last = rows.at(-1)?.body as { comment: string; weakens: string[] }
    assert.equal(last.comment, 'faster')
    assert.equal(last.weakens.length, 1)
  })
})

suite('what runs beside definitions', () => {
  test('an environment gets its lock and a release collects, also when the server stopped in between', async () => {
    const project = await newProject()
    const all = [
      application('shop'),
      environment('dev', 'shop'),
      pipeline('shop', 'shop', { environment: 'dev' }),
      pipeline('deliver', 'shop'),
      release('shop-2.0', { collects: 'shop', goes: 'deliver', to: 'dev' }),
    ]
    const made = await applied(project, all)
    assert.equal(made.status, 200, made.text)
    const kinds = async (): Promise<unknown> => {
      const { rows } = await server.database.pool.query(
        `SELECT a.kind, a.status FROM aggregates a JOIN projects p ON p.number = a.project_id WHERE p.id = $1 ORDER BY 1`,
        [uuidOf(project.id)],
      )
      return rows
    }
    const both = [
      { kind: 'environment_lock', status: 'ready' },
      { kind: 'release', status: 'pending' },
    ]
    assert.deepEqual(await kinds(), both)
    await ensureDefinitionAggregates({ db: server.database.pool, reactor: server.reactor })
    assert.deepEqual(await kinds(), both)
    const changed = await applied(project, [
      ...all.slice(0, 4),
      {
        ...all[4],
        applications: [
          {
            kind: 'collect',
            application: { name: 'shop' },
            from: { name: 'shop' },
            versions: '3.x',
          },
        ],
      },
    ])
    assert.equal(changed.status, 200, changed.text)
    const found = await findDefinition(project.id, 'release')
    const { rows } = await server.database.pool.query<{
      state: { applications: { versions: string }[] }
    }>('SELECT state FROM aggregates WHERE root_id = $1', [uuidOf(found.id)])
    assert.equal(rows[0]?.state.applications[0]?.versions, '3.x')
  })
})

suite('reading definitions', () => {
  test('an old revision can be read, and made the newest again, ahead of its source', async () => {
    const project = await newProject()
    await applied(project, [application('shop')])
    await applied(project, [application('shop', { title: 'Two' })])
    const { id } = await findDefinition(project.id, 'application')
    const old = await server.call('GET', `/v1/definitions/${id}?revision=1`, { as: admin })
    assert.equal(old.body.body.title, 'Shop')
    const silent = await server.call('POST', `/v1/definitions/${id}/restore`, {
      as: admin,
      body: { revision: 1, comment: ' ' },
    })
    assert.equal(silent.body.code, 'comment_missing')
    const restored = await server.call('POST', `/v1/definitions/${id}/restore`, {
      as: admin,
      body: { revision: 1, comment: 'Two was wrong' },
    })
    assert.deepEqual(
      [restored.body.revision, restored.body.digest, restored.body.aheadOfSource],
      [3, old.body.digest, true],
    )
    const shown = await applied(project, [application('shop', { title: 'Two' })], { dryRun: true })
    assert.equal(shown.body.differences[0].aheadOfSource, true)
  })

  test('revisions come in pages, newest first', async () => {
    const project = await newProject()
    for (const title of ['One', 'Two', 'Three'])
      await applied(project, [application('shop', { title })])
    const { id } = await findDefinition(project.id, 'application')
    const first = await server.call('GET', `/v1/definitions/${id}/revisions?limit=2`, { as: admin })
    const second = await server.call(
      'GET',
      `/v1/definitions/${id}/revisions?limit=2&after=${first.body.next}`,
      { as: admin },
    )
    const numbers = [first, second].map(({ body }) =>
      body.items.map((one: { revision: number }) => one.revision),
    )
    assert.deepEqual(numbers, [[3, 2], [1]])
    assert.equal(second.body.next, null)
  })

  test('a definition of another project is not there', async () => {
    const [team, other] = [await newProject(), await newProject()]
    await applied(other, [application('shop')])
    const { id } = await findDefinition(other.id, 'application')
    const viewer = await server.person(admin, `v-${team.name}`, [
      { role: 'viewer', project: team.id },
    ])
    const answers = await Promise.all(
      [id, idOf('def', '00000000-0000-8000-8000-0123456789ab')].map((one) =>
        server.call('GET', `/v1/definitions/${one}`, { as: viewer }),
      ),
    )
    assert.deepEqual(
      answers.map(({ status }) => status),
      [404, 404],
    )
    assert.equal(answers[0]?.body.detail, answers[1]?.body.detail)
    const listed = await server.call('GET', `/v1/definitions?project=${other.id}`, { as: viewer })
    assert.deepEqual(listed.body.items, [])
  })

  test('the known names are those that the caller may see, and people only for who may see people', async () => {
    const [team, other] = [await newProject(), await newProject()]
    await applied(team, [application('shop')])
    await applied(other, [application('hidden')])
    const viewer = await server.person(admin, `k-${team.name}`, [
      { role: 'viewer', project: team.id },
    ])
    const known = await server.call('GET', `/v1/known?project=${team.id}`, { as: viewer })
    assert.deepEqual(known.body.applications, {
      [`${team.name}/shop`]: {
        tiers: { edge: ['hosts'] },
        components: ['shop-api'],
        processes: ['deploy'],
      },
    })
    assert.deepEqual(known.body.projects, [team.name])
    assert.equal(known.body.users, undefined)
    assert.deepEqual(known.body.groups.managers, { members: 0 })
  })
})

const gate = (name: string) => pipeline(name, 'shop', { environment: 'dev' })

/** A run of the pipeline "shop" in its stage, planned with the application in its first revision. */
async function insertRun({ id, name }: { id: string; name: string }): Promise<void> {
  const { pool } = server.database
  const plan = {
    kind: 'run',
    definitions: [{ kind: 'application', project: name, name: 'shop', revision: 1 }],
    stages: [{ name: 'go' }],
  }
  await pool.query(`INSERT INTO plans (digest, kind, body) VALUES ($1, 'run', $2)`, [
    `sha256:${name}`,
    JSON.stringify(plan),
  ])
  await pool.query(
    `WITH run AS (
       INSERT INTO runs (id, root_id, project_id, name, number, pipeline_id, plan_digest, starter)
       SELECT u.id, u.id, p.number, 'shop', 1, d.id, $2, 'rule' FROM (SELECT gen_random_uuid() AS id) u, definitions d
         JOIN projects p ON p.number = d.project_id
       WHERE p.id = $1 AND d.kind = 'pipeline' RETURNING id, project_id),
     began AS (
       INSERT INTO aggregates (project_id, root_id, id, kind, version, status, state, created_at)
       SELECT project_id, id, id, 'pipeline_run', 1, 'running', '{}', now() FROM run)
     INSERT INTO aggregates (project_id, root_id, id, parent_id, node, kind, version, status, state, created_at)
     SELECT project_id, id, gen_random_uuid(), id, '0', 'stage_run', 1, 'running', '{}', now() FROM run`,
    [uuidOf(id), `sha256:${name}`],
  )
}

async function findDefinition(
  project: string,
  kind: string,
): Promise<{ id: string; name: string; revision: number }> {
  const listed = await server.call('GET', `/v1/definitions?project=${project}&kind=${kind}`, {
    as: admin,
  })
  return listed.body.items[0]
}

async function listRevisions(project: string, name: string): Promise<{ revision: number }[]> {
  const listed = await server.call('GET', `/v1/definitions?project=${project}&name=${name}`, {
    as: admin,
  })
  const id: string = listed.body.items[0].id
  return (await server.call('GET', `/v1/definitions/${id}/revisions`, { as: admin })).body.items
}
