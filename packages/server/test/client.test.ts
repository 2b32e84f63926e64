import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  createClient,
  follow,
  Refused,
  Unreachable,
  type Client,
  type Followed,
} from '@lockstep/client'
import { PASSWORD, startTestApi, type TestApi } from '../testing/api.ts'

let server: TestApi
let admin: Client

before(async () => {
  server = await startTestApi()
  admin = createClient({ server: server.url })
  await admin.setUp({
    code: await server.setupCode(),
    name: 'admin',
    email: 'admin@example.test',
    password: PASSWORD,
  })
})
after(() => server[Symbol.asyncDispose]())

/** Answers like `fetch`, but loses what `fails` says. */
function unreliable(fails: (attempt: number) => 'before' | 'after' | undefined): {
  readonly fetch: typeof fetch
  readonly attempts: () => number
} {
  let attempt = 0
  return {
    attempts: () => attempt,
    async fetch(input, init) {
      attempt += 1
      const failure = fails(attempt)
      if (failure === 'before') throw new TypeError('fetch failed')
      const response = await fetch(input, init)
      if (failure === 'after') throw new TypeError('fetch failed')
      return response
    },
  }
}

const at = { wait: async () => undefined }

suite('client', () => {
  test('signing in is enough to change things', async () => {
    const project = await admin.createProject({ name: 'embedded', title: 'Embedded' })
    assert.equal((await admin.showProject({ project: project.id })).title, 'Embedded')
    const changed = await admin.changeProject(
      { project: project.id, title: 'New' },
      { ifMatch: project.version },
    )
    assert.deepEqual([changed.title, changed.version], ['New', 2])
  })

  test('a session goes on in another process', async () => {
    const session = admin.session()
    assert.ok(session !== undefined)
    const again = createClient({ server: server.url, session })
    assert.equal((await again.createGroup({ name: 'qa', title: 'QA' })).name, 'qa')
  })

  test('a refusal has its code, sentence and request id', async () => {
    await assert.rejects(admin.createGroup({ name: 'admins', title: '' }), (error) => {
      assert.ok(error instanceof Refused)
      assert.deepEqual(
        [error.code, error.status, error.problem['field']],
        ['invalid_field', 400, 'title'],
      )
      assert.match(error.requestId, /^req_/)
      return true
    })
  })

  test('a lost answer is asked for again and has one effect', async () => {
    const { secret } = await admin.createToken({
      name: 'retry',
      permissions: ['project.create', 'project.read'],
    })
    const network = unreliable((attempt) => (attempt === 1 ? 'after' : undefined))
    const client = createClient({ server: server.url, token: secret, fetch: network.fetch, ...at })
    const made = await client.createProject({ name: 'once', title: 'Once' })
    assert.equal(network.attempts(), 2)
    assert.deepEqual(
      (await client.listProjects({ name: 'once' })).items.map(({ id }) => id),
      [made.id],
    )
  })

  test('signing in is not repeated, and nothing is for ever', async () => {
    const network = unreliable(() => 'before')
    const client = createClient({ server: server.url, fetch: network.fetch, ...at })
    await assert.rejects(client.signIn({ name: 'admin', password: PASSWORD }), Unreachable)
    assert.equal(network.attempts(), 1)
    await assert.rejects(client.listProjects(), Unreachable)
    assert.equal(network.attempts(), 5)
  })

  test('the description of the API can be read by who is signed in', async () => {
    const description = Object(await (await admin.describeApi()).json())
    assert.equal(description['openapi'], '3.1.0')
  })
})

suite('follow', () => {
  const change = (n: number) => ({
    project: 0,
    root: `run_01KA5XQ200000000000000000${n}`,
    id: `run_01KA5XQ200000000000000000${n}`,
    kind: 'pipeline_run',
    version: n,
  })
  const commit = (n: number) => server.commit({ lane: 1, n, changes: [change(n)] })

  /** Reads until as many messages of this type have come. */
  async function read(stream: AsyncGenerator<Followed>, type: Followed['type']): Promise<Followed> {
    for await (const followed of { [Symbol.asyncIterator]: () => ({ next: () => stream.next() }) })
      if (followed.type === type) return followed
    throw new Error(`the stream ended before ${type}`)
  }

  test('a change arrives, and one that happened while the connection was lost arrives too', async () => {
    const stop = new AbortController()
    let cut = new AbortController()
    const cutting: Client = createClient({
      server: server.url,
      session: admin.session() ?? assert.fail(),
      fetch: (input, init) =>
        fetch(input, {
          ...init,
          signal: AbortSignal.any([...(init?.signal ? [init.signal] : []), cut.signal]),
        }),
    })
    const stream = follow(cutting, ['all'], { signal: stop.signal, ...at })
    await read(stream, 'connected')
    commit(1)
    const first = await read(stream, 'change')
    cut.abort()
    cut = new AbortController()
    await read(stream, 'lost')
    commit(2)
    const second = await read(stream, 'change')
    assert.deepEqual(
      [first, second].map((followed) => followed.type === 'change' && followed.change.version),
      [1, 2],
    )
    stop.abort()
  })

  test('what happens in the run of a release is told under the release', async () => {
    const stop = new AbortController()
    const root = 'rel_01KA5XQ2000000000000000000'
    const stream = follow(admin, ['all'], { signal: stop.signal, ...at })
    await read(stream, 'connected')
    const id = 'stg_01KA5XQ2000000000000000000'
    const stage = { ...change(3), root, id, kind: 'stage_run' }
    server.commit({ lane: 1, n: 3, changes: [stage] })
    const told = await read(stream, 'change')
    assert.ok(told.type === 'change')
    assert.deepEqual([told.change.id, told.change.run, told.change.root], [id, null, root])
    stop.abort()
  })

  test('a position of another process is answered with a reset', async () => {
    const response = await fetch(`${server.url}/v1/events?topics=all`, {
      headers: {
        cookie: Object.entries(admin.session()?.cookies ?? {})
          .map(([name, value]) => `${name}=${value}`)
          .join('; '),
        'last-event-id': 'aaaaaaaaaaaa.5',
      },
    })
    const reader = response.body?.getReader()
    const { value } = (await reader?.read()) ?? {}
    assert.match(new TextDecoder().decode(value), /event: reset\ndata: \{"reason":"unknown"\}/)
    await reader?.cancel()
  })

  test('who may not see a project is told nothing of it', async () => {
    const made = await admin.createUser({ name: 'eve', title: 'Eve', email: 'eve@example.test' })
    const eve = createClient({ server: server.url })
    await eve.acceptInvitation({ code: made.code, password: PASSWORD })
    const { items } = await admin.listProjects()
    const [hidden, seen] = items
    assert.ok(hidden !== undefined && seen !== undefined)
    await admin.grantOnProject({ project: seen.id, subject: made.user.id, role: 'viewer' })
    await eve.signIn({ name: 'eve', password: PASSWORD })
    const { rows } = await server.database.pool.query<{ id: string; number: number }>(
      'SELECT name, number FROM projects ORDER BY id',
    )
    const [hiddenNumber, seenNumber] = rows.map(({ number }) => number)
    assert.ok(hiddenNumber !== undefined && seenNumber !== undefined)
    const stop = new AbortController()
    const stream = follow(eve, ['all'], { signal: stop.signal, ...at })
    await read(stream, 'connected')
    server.commit({
      lane: 1,
      n: 10,
      changes: [
        { ...change(3), project: hiddenNumber },
        { ...change(4), project: seenNumber },
      ],
    })
    const followed = await read(stream, 'change')
    assert.deepEqual(
      followed.type === 'change' && [followed.change.version, followed.change.project],
      [4, seen.id],
    )
    await assert.rejects(
      read(follow(eve, [`project:${hidden.id}`], at), 'connected'),
      (error) => error instanceof Refused && error.status === 404,
    )
    stop.abort()
  })

  test('a stream ends within five seconds of its session (ATK-63)', async () => {
    const made = await admin.createUser({ name: 'kim', title: 'Kim', email: 'kim@example.test' })
    const kim = createClient({ server: server.url })
    await kim.acceptInvitation({ code: made.code, password: PASSWORD })
    const stream = follow(kim, ['all'], at)
    await read(stream, 'connected')
    const disabledAt = performance.now()
    await admin.changeUser({ user: made.user.id, disabled: true }, { ifMatch: 1 })
    await read(stream, 'lost')
    assert.ok(performance.now() - disabledAt < 5_000)
    await assert.rejects(
      read(stream, 'connected'),
      (error) => error instanceof Refused && error.code === 'not_signed_in',
    )
  })
})
