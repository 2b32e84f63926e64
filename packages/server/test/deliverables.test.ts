import assert from 'node:assert/strict'
import { sign as createSignature } from 'node:crypto'
import { appendFile, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { canonicalText, uuidOf, type ProjectId } from '@lockstep/domain'
import {
  checkpointFileOf,
  keyFileOf,
  loadSigningKey,
  writeCheckpoint,
} from '../src/postgres/audit/checkpoints.ts'
import { auditHandlers } from '../src/http/handlers/audit.ts'
import { cursorOf } from '../src/http/page.ts'
import type { RequestContext } from '../src/http/request-context.ts'
import { startTestApi, type Answered, type Caller, type TestApi } from '../testing/api.ts'
import { application, apply, environment, pipeline, release } from '../testing/definitions.ts'
import { tamper } from '../testing/tamper.ts'

let server: TestApi
let admin: Caller & { readonly id: string }
let projects = 0

before(async () => {
  server = await startTestApi()
  admin = await server.setUp()
  await server.call('POST', '/v1/groups', { as: admin, body: { name: 'managers', title: 'M' } })
})
after(() => server[Symbol.asyncDispose]())

const post = (path: string, body: unknown, as: Caller = admin): Promise<Answered> =>
  server.call('POST', path, { as, body })
const get = (path: string, as: Caller = admin): Promise<Answered> =>
  server.call('GET', path, { as })

interface Product {
  readonly project: string
  readonly name: string
  readonly number: number
}

const DEFINITIONS = [
  application('shop'),
  environment('dev', 'shop'),
  pipeline('shop', 'shop', { environment: 'dev' }),
  pipeline('deliver', 'shop'),
]
const RELEASE = release('shop-2.0', { collects: 'shop', goes: 'deliver', to: 'dev' })

async function newProduct(): Promise<Product> {
  projects += 1
  const name = `p${projects}`
  const made = await post('/v1/projects', { name, title: name })
  const project: string = made.body.id
  await define(project, DEFINITIONS)
  const { rows } = await server.database.pool.query<{ number: number }>(
    'SELECT number FROM projects WHERE id = $1',
    [uuidOf(project)],
  )
  return { project, name, number: rows[0]?.number ?? 0 }
}

async function define(project: string, definitions: Record<string, unknown>[]): Promise<void> {
  const applied = await apply(server, admin, { project, source: 'shop', definitions })
  assert.equal(applied.status, 200, applied.text)
}

const digest = (text: string): string => `sha256:${text.padEnd(64, '0')}`

/** A snapshot that has passed the team pipeline, in a run of this number. */
async function passed(product: Product, number: number, version: string): Promise<string> {
  const { pool } = server.database
  const snapshot = digest(`${product.number}${number}`)
  const body = {
    v: 1,
    application: { project: product.name, name: 'shop' },
    version,
    components: [
      {
        name: 'shop-api',
        version,
        digest: digest('aa'),
        sizeBytes: 5,
        contracts: { provides: { orders: '1..2' }, requires: {} },
      },
    ],
    processes: { deploy: digest('bb') },
    configuration: {},
  }
  const { rows } = await pool.query<{ id: string }>(
    `WITH run AS (
       INSERT INTO runs (id, root_id, project_id, name, number, pipeline_id, plan_digest, starter)
       SELECT u.id, u.id, $1, 'shop', $2, d.id, 'sha256:0', 'rule'
       FROM definitions d, (SELECT gen_random_uuid() AS id) u
       WHERE d.project_id = $1 AND d.kind = 'pipeline' AND d.name = 'shop' RETURNING id)
     INSERT INTO aggregates (project_id, root_id, id, kind, version, status, state, created_at, finished_at)
     SELECT $1, id, id, 'pipeline_run', 1, 'succeeded', '{}', now(), now() FROM run RETURNING id`,
    [product.number, number],
  )
  const id = rows[0]?.id
  await pool.query(
    `INSERT INTO snapshots (digest, application_project, application, version, body, definition_digest, project_id,
       root_id, created_at) VALUES ($1, $2, 'shop', $3, $4, 'sha256:0', $5, $6, now())`,
    [snapshot, product.name, version, JSON.stringify(body), product.number, id],
  )
  await pool.query(
    `INSERT INTO run_snapshots (root_id, project_id, application, digest, version) VALUES ($1, $2, 'shop', $3, $4)`,
    [id, product.number, snapshot, version],
  )
  return snapshot
}

async function findRelease(product: Product): Promise<Answered['body']> {
  return (await get(`/v1/releases?project=${product.project}`)).body.items[0]
}

suite('releases', () => {
  test('a release made later starts from the newest passed snapshot in its range of versions', async () => {
    const product = await newProduct()
    await passed(product, 1, '2.0.1')
    const wanted = await passed(product, 2, '2.1.0')
    await passed(product, 3, '3.0.0')
    await define(product.project, [...DEFINITIONS, RELEASE])
    const found = await findRelease(product)
    assert.deepEqual(
      [found.state, found.applications],
      [
        'ready',
        [
          {
            application: `${product.name}/shop`,
            from: `${product.name}/shop`,
            versions: '2.x',
            snapshot: wanted,
            version: '2.1.0',
            passed: `${product.name}/shop/2`,
            hold: null,
          },
        ],
      ],
    )
  })

  test('a person keeps what is collected, chooses another that has passed, and lets it go', async () => {
    const product = await newProduct()
    await passed(product, 1, '2.0.1')
    await passed(product, 2, '2.1.0')
    await define(product.project, [...DEFINITIONS, RELEASE])
    const { id } = await findRelease(product)
    const shop = `${product.name}/shop`
    const frozen = await post(`/v1/releases/${id}/freeze`, { application: shop, frozen: true })
    assert.equal(frozen.body.applications[0].hold, 'frozen')
    const pinned = await post(`/v1/releases/${id}/pin`, { application: shop, version: '2.0.1' })
    assert.deepEqual(
      [pinned.body.applications[0].hold, pinned.body.applications[0].version],
      ['pinned', '2.0.1'],
    )
    const notPassed = await post(`/v1/releases/${id}/pin`, { application: shop, version: '2.9' })
    assert.equal(notPassed.body.code, 'wrong_state')
    assert.match(notPassed.body.detail, /has not passed/)
    const unknown = await post(`/v1/releases/${id}/freeze`, { application: 'x/y', frozen: true })
    assert.equal(unknown.body.code, 'unknown_reference')
    const free = await post(`/v1/releases/${id}/freeze`, { application: 'shop', frozen: false })
    assert.equal(free.body.applications[0].hold, null)
  })

  test('a repeated command with its key happens once', async () => {
    const product = await newProduct()
    await passed(product, 1, '2.0.1')
    await define(product.project, [...DEFINITIONS, RELEASE])
    const { id } = await findRelease(product)
    const twice = [1, 2].map(() =>
      server.call('POST', `/v1/releases/${id}/freeze`, {
        as: admin,
        body: { application: 'shop', frozen: true },
        headers: { 'idempotency-key': `freeze-${product.name}` },
      }),
    )
    assert.deepEqual(
      (await Promise.all(twice)).map(({ status }) => status),
      [200, 200],
    )
  })

  test('a release of another project is not there', async () => {
    const [own, foreign] = [await newProduct(), await newProduct()]
    await define(foreign.project, [...DEFINITIONS, RELEASE])
    const { id } = await findRelease(foreign)
    const auditor = await server.person(admin, `a-${own.name}`, [
      { role: 'auditor', project: own.project },
    ])
    for (const path of [`/v1/releases/${id}`, `/v1/releases/${id}/dossier`])
      assert.equal((await get(path, auditor)).status, 404)
  })
})

suite('snapshots, artifacts and repositories', () => {
  test('snapshots come in pages, newest first, with what they are made of', async () => {
    const product = await newProduct()
    for (const [index, version] of ['2.0.0', '2.0.1', '2.0.2'].entries())
      await passed(product, index + 1, version)
    const path = `/v1/snapshots?project=${product.project}&application=shop&limit=2`
    const first = await get(path)
    const second = await get(`${path}&after=${first.body.next}`)
    assert.deepEqual(
      [first, second].map(({ body }) => body.items.map((one: { version: string }) => one.version)),
      [['2.0.2', '2.0.1'], ['2.0.0']],
    )
    assert.deepEqual(first.body.items[0].components, [
      {
        name: 'shop-api',
        version: '2.0.2',
        digest: digest('aa'),
        sizeBytes: 5,
        provides: { orders: '1..2' },
        requires: {},
      },
    ])
    assert.equal(first.body.items[0].madeBy, `${product.name}/shop/3`)
  })

  test('artifacts are listed with their digests', async () => {
    const product = await newProduct()
    await server.database.pool.query(
      `INSERT INTO artifacts (id, project_id, application, component, version, digest, size_bytes, commit_id)
       VALUES (gen_random_uuid(), $1, 'shop', 'shop-api', '2.0', $2, 12, 'abc')`,
      [product.number, digest('cc')],
    )
    const { body } = await get(`/v1/artifacts?project=${product.project}&application=shop`)
    assert.deepEqual(
      body.items.map(({ id: _id, at: _at, ...one }: Record<string, unknown>) => one),
      [
        {
          application: 'shop',
          component: 'shop-api',
          version: '2.0',
          digest: digest('cc'),
          sizeBytes: 12,
          commit: 'abc',
          provides: {},
          requires: {},
          sbom: null,
          signedBy: [],
        },
      ],
    )
  })

  test('a repository is followed under a name once, and looked at when somebody asks', async () => {
    const product = await newProduct()
    const repository = {
      project: product.project,
      name: 'shop',
      url: 'https://git.example.test/shop',
    }
    const made = await post('/v1/repositories', { ...repository, pollMs: 60_000 })
    assert.equal(made.status, 201, made.text)
    assert.equal((await post('/v1/repositories', repository)).body.code, 'name_taken')
    await server.database.pool.query(
      `UPDATE repositories SET poll_at = now() + interval '1 hour' WHERE project_id = $1`,
      [product.number],
    )
    const asked = await post('/v1/repositories/poll', { project: product.project, name: 'shop' })
    assert.equal(asked.status, 200)
    const { rows } = await server.database.pool.query<{ due: boolean }>(
      'SELECT poll_at <= now() AS due FROM repositories WHERE project_id = $1',
      [product.number],
    )
    assert.deepEqual(rows, [{ due: true }])
    const missing = await post('/v1/repositories/poll', { project: product.project, name: 'x' })
    assert.equal(missing.body.code, 'unknown_reference')
  })

  test('an address with a password, or that a command could take for an option, is refused', async () => {
    const { project } = await newProduct()
    for (const url of [
      'https://me:secret@git.example.test/shop',
      '--upload-pack=touch',
      'ext::sh',
    ]) {
      const refused = await post('/v1/repositories', { project, name: 'shop', url })
      assert.equal(refused.body.code, 'invalid_field', url)
      assert.ok(!refused.text.includes('me:secret'))
    }
  })
})

suite('audit', () => {
  test('the trail of a project is read newest first, by page and by subject', async () => {
    const product = await newProduct()
    const path = `/v1/audit-entries?project=${product.project}`
    const first = await get(`${path}&limit=2`)
    const second = await get(`${path}&limit=200&after=${first.body.next}`)
    const all = await get(`${path}&limit=200`)
    const types = (answered: Answered): string[] =>
      answered.body.items.map(({ type }: { type: string }) => type)
    assert.deepEqual([...types(first), ...types(second)], types(all))
    assert.equal(types(all).at(-1), 'project_created')
    const listed = await get(`/v1/definitions?project=${product.project}&kind=application`)
    const subject: string = listed.body.items[0].id
    const own = await get(`${path}&subject=${subject}`)
    assert.deepEqual(
      own.body.items.map((one: Record<string, unknown>) => [
        one['type'],
        one['subject'],
        one['by'],
      ]),
      [['definition_created', subject, 'admin']],
    )
    assert.equal((await get(`${path}&subject=robert`)).status, 400)
  })

  test('the trail is searched by topic, by who did it, and by time', async () => {
    const product = await newProduct()
    const path = `/v1/audit-entries?project=${product.project}&limit=200`
    const all = (await get(path)).body.items as readonly { type: string; at: string }[]
    const typesOf = async (filter: string): Promise<readonly string[]> => {
      const found = await get(`${path}&${filter}`)
      return found.body.items.map(({ type }: { type: string }) => type)
    }
    const definitions = await typesOf('topic=definitions')
    assert.ok(definitions.includes('definition_created'))
    assert.ok(!definitions.includes('project_created'))
    // The lock of an environment makes itself.
    const byAdmin = all.map(({ type }) => type).filter((type) => type !== 'lock_created')
    assert.deepEqual(await typesOf(`by=${admin.id}`), byAdmin)
    assert.deepEqual(await typesOf('by=usr_01KA5XQ2000000000000000000'), [])
    const [newest, oldest] = [all[0]?.at ?? '', all.at(-1)?.at ?? '']
    assert.deepEqual(await typesOf(`until=${oldest}`), [])
    assert.ok(!(await typesOf(`from=${newest}`)).includes('project_created'))
    assert.equal((await typesOf(`from=${oldest}&until=2099-01-01T00:00:00Z`)).length, all.length)
  })

  test('the chains are verified, and a changed entry is found', async () => {
    const before = await post('/v1/audit-entries/verification', {})
    assert.equal(before.status, 200, before.text)
    assert.deepEqual([before.body.ok, before.body.broken], [true, null])
    assert.ok(before.body.entries > 0)
    assert.equal(before.body.checkpoint, null)
    await sign()
    const signed = await post('/v1/audit-entries/verification', {})
    assert.match(signed.body.checkpoint, /^20\d\d-/)
    await tamper(
      server.database.pool,
      `UPDATE events SET actor = 'user:nobody' WHERE pos = (SELECT max(pos) FROM events WHERE kind = 'def')`,
    )
    const after = await post('/v1/audit-entries/verification', {})
    assert.equal(after.body.ok, false)
    assert.match(after.body.broken, /an entry was changed after it was written/)
  })

  test('the chains of a project are read page by page, and by period', async () => {
    const product = await newProduct()
    await sign()
    const of = `project=${product.project}`
    const chains = await everyPage<Chain>(`/v1/audit-chains?${of}`)
    assert.deepEqual(chains, (await get(`/v1/audit-chains?${of}`)).body.items)
    const entries = (await get(`/v1/audit-entries?${of}&limit=200`)).body.items
    const counted = chains.reduce((sum, chain) => sum + chain.entries, 0)
    assert.equal(counted, entries.length)
    for (const { chain, first, last, checkpoint } of chains) {
      const path = `/v1/audit-seals?${of}&chain=${chain}&first=${first}&last=${last}`
      const seals = await everyPage<unknown>(path)
      assert.deepEqual(seals, (await get(`${path}&limit=200`)).body.items)
      assert.equal(seals.length, last - first + 1)
      assert.equal(checkpoint?.seal, last)
    }
    const none = await get(`/v1/audit-chains?${of}&from=2099-01-01T00:00:00Z`)
    assert.deepEqual(none.body, { items: [], next: null })
  })

  const SEALS = 'audit-seals?chain=1&first=1&last=1'
  for (const [asked, field] of [
    ['audit-seals?chain=131072&first=1&last=1', 'chain'],
    ['audit-seals?chain=1&first=68719476736&last=1', 'first'],
    ['audit-seals?chain=1&first=1&last=68719476736', 'last'],
    [`${SEALS}&after=${cursorOf('1'.repeat(12))}`, 'after'],
    [`${SEALS}&after=abc`, 'after'],
    [`audit-chains?after=${cursorOf('1'.repeat(7))}`, 'after'],
    ['audit-chains?after=abc', 'after'],
    ['audit-chains?from=2026-99-01T00:00:00Z', 'from'],
    ['audit-entries?until=2026-02-30T00:00:00Z', 'until'],
  ] as const) {
    test(`/v1/${asked} asks for what cannot be, and is refused`, async () => {
      const { project } = await newProduct()
      const { status, body, text } = await get(`/v1/${asked}&project=${project}`)
      assert.deepEqual([status, body.field], [400, field], text)
    })
  }

  test('a project that is gone since the request was let in has no seals, and not those of the system', async () => {
    const { database, dataDir } = server
    const { listAuditSeals } = auditHandlers({ pool: database.pool, now: Date.now, dataDir })
    const project = 'prj_01KA5XQ2000000000000000000' as ProjectId
    const query = { project, chain: 1, first: 1, last: 1_000, limit: 200 }
    const none = {} as RequestContext // Reading seals asks nothing of it.
    const answered = await listAuditSeals({ params: {}, query, body: {} }, none)
    assert.deepEqual([answered.ok, 'code' in answered && answered.code], [false, 'not_found'])
  })

  test('a log that is sound in itself and is not what was signed is found', async () => {
    await using other = await startTestApi()
    const asAdmin = await other.setUp()
    const verify = () =>
      other.call('POST', '/v1/audit-entries/verification', { body: {}, as: asAdmin })
    await sign(other)
    assert.equal((await verify()).body.ok, true)
    await tamper(other.database.pool, LANES_CUT_OFF)
    const { body } = await verify()
    assert.equal(body.ok, false)
    assert.match(body.broken, /^Checkpoint 1, chain \d+: chain shorter than signed\./)
    assert.equal(body.checkpoint, null)
    // However long ago it was signed.
    const key = await loadSigningKey(keyFileOf(other.dataDir))
    const text = canonicalText({ n: 2, previous: '', heads: [], at: 0, key: key.id })
    const signature = createSignature(null, Buffer.from(text), key.privateKey).toString('base64')
    const line = `${JSON.stringify({ n: 2, text, signature })}\n`
    await appendFile(checkpointFileOf(other.dataDir), line.repeat(1_440))
    assert.match((await verify()).body.broken, /^Checkpoint 1, chain \d+: chain shorter/)
  })
})

interface Chain {
  readonly chain: number
  readonly first: number
  readonly last: number
  readonly entries: number
  readonly checkpoint: { readonly seal: number } | null
}

/** A list that is read one by one. */
async function everyPage<Item>(path: string): Promise<readonly Item[]> {
  const items: Item[] = []
  let after = ''
  do {
    const { body, text } = await get(`${path}&limit=1${after}`)
    assert.equal(body.items?.length, 1, text)
    items.push(...body.items)
    after = body.next === null ? '' : `&after=${body.next}`
  } while (after !== '')
  return items
}

/** What happened last in every chain, taken away without a trace in the database. */
const LANES_CUT_OFF = `
  DELETE FROM events;
  DELETE FROM seals;
  UPDATE lanes SET n = 0, hash = decode(repeat('00', 32), 'hex')`

/** Writes a checkpoint, as the server does every minute. */
async function sign({ database, dataDir } = server): Promise<void> {
  await mkdir(dirname(keyFileOf(dataDir)), { recursive: true })
  const key = await loadSigningKey(keyFileOf(dataDir))
  await writeCheckpoint({ pool: database.pool, key, file: checkpointFileOf(dataDir) })
}

suite('the dossier of a release', () => {
  test('says who delivered and decided what, what ran before and after, and stays the same', async () => {
    const product = await newProduct()
    const snapshot = await passed(product, 1, '2.0.1')
    await define(product.project, [...DEFINITIONS, RELEASE])
    const { id } = await findRelease(product)
    await insertDelivery(product, id, snapshot)
    const first = await get(`/v1/releases/${id}/dossier`)
    assert.equal(first.status, 200, first.text)
    const { runs, decisions, snapshots, definitions } = first.body
    assert.deepEqual(
      [
        runs[0].address,
        runs[0].startedBy,
        runs[0].environments[0].before,
        runs[0].environments[0].after[0].reported.version,
      ],
      [`${product.name}/shop-2.0/1`, 'admin', [], '2.0.1'],
    )
    assert.deepEqual(
      [decisions[0].by, decisions[0].decision, decisions[0].comment],
      ['admin', 'approve', 'measured'],
    )
    assert.equal(snapshots[0].digest, snapshot)
    assert.equal(definitions[0].body.kind, 'release')
    assert.match(first.body.digest, /^sha256:[0-9a-f]{64}$/)
    await define(product.project, [...DEFINITIONS, { ...RELEASE, title: 'Later' }])
    await report(product, '2.9')
    const again = await get(`/v1/releases/${id}/dossier`)
    assert.equal(again.text, first.text)
  })
})

async function report(product: Product, version: string): Promise<void> {
  const { body } = await get(`/v1/environments?project=${product.project}`)
  const told = await post('/v1/inventory/reports', {
    environment: body.items[0].id,
    application: `${product.name}/shop`,
    component: 'shop-api',
    resource: 'host-1',
    runs: { version, digest: digest('aa') },
    comment: 'delivered',
  })
  assert.equal(told.status, 200, told.text)
}

/** A run of the release that is over: its plan, its decision, and what it left in the environment. */
async function insertDelivery(product: Product, id: string, snapshot: string): Promise<void> {
  const { pool } = server.database
  const { body } = await get(`/v1/environments?project=${product.project}`)
  const found = await get(`/v1/definitions?project=${product.project}&kind=release`)
  const [definition] = found.body.items
  const plan = {
    v: 1,
    kind: 'run',
    pipeline: { project: product.name, name: 'deliver', title: 'Deliver' },
    release: { project: product.name, name: 'shop-2.0', title: 'Shop' },
    definitions: [
      {
        kind: 'release',
        project: product.name,
        name: 'shop-2.0',
        revision: 1,
        digest: definition.digest,
        editor: definition.editor,
      },
    ],
    parameters: {},
    source: null,
    brings: [
      {
        application: { project: product.name, name: 'shop' },
        snapshot,
        version: '2.0.1',
        passed: null,
      },
    ],
    stages: [
      {
        name: 'go',
        environment: { id: body.items[0].id, project: product.name, name: 'dev', title: 'Dev' },
        entry: { rules: [] },
        exit: { rules: [] },
        tasks: [],
      },
    ],
  }
  const planDigest = digest(`dd${product.number}`)
  await pool.query('INSERT INTO plans (digest, kind, body) VALUES ($1, $2, $3)', [
    planDigest,
    'run',
    JSON.stringify(plan),
  ])
  const { rows } = await pool.query<{ id: string }>(
    `WITH run AS (
       INSERT INTO runs (id, root_id, project_id, name, number, pipeline_id, release_id, plan_digest, starter)
       SELECT gen_random_uuid(), $2, $1, 'shop-2.0', 1, d.id, $2, $3, $4 FROM definitions d
       WHERE d.project_id = $1 AND d.kind = 'pipeline' AND d.name = 'deliver' RETURNING id)
     INSERT INTO aggregates (project_id, root_id, id, parent_id, kind, version, status, state, created_at)
     SELECT $1, $2, id, $2, 'pipeline_run', 1, 'running', '{}', clock_timestamp() FROM run RETURNING id`,
    [product.number, uuidOf(id), planDigest, `user:${admin.id}`],
  )
  await pool.query(
    `INSERT INTO decisions (project_id, root_id, gate_id, seq, ordinal, rule, person, decision, comment, how, at)
     VALUES ($1, $2, $3, 1, 0, 0, $4, 'approve', 'measured', 'session', now())`,
    [product.number, uuidOf(id), rows[0]?.id, admin.id],
  )
  await report(product, '2.0.1')
  await pool.query(
    `UPDATE aggregates SET status = 'succeeded', finished_at = clock_timestamp() WHERE id = $1`,
    [rows[0]?.id],
  )
}
