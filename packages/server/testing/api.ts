// The real API on a database of its own, and people to call it as.

import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { createLogger } from '../src/observe/logger.ts'
import { createMetrics } from '../src/observe/metrics.ts'
import { MACHINES, startApi, type Api } from '../src/compose.ts'
import type { PageFiles } from '../src/http/page-files.ts'
import type { BlobStore } from '../src/ports/blobs.ts'
import type { SecretVault } from '../src/ports/secret-vault.ts'
import type { Commit } from '../src/ports/reactor.ts'
import { FileKeyVault } from '../src/secrets/file-key-vault.ts'
import { FileBlobStore } from '../src/objects/file-blob-store.ts'
import { blobRows } from '../src/postgres/agents/blob-rows.ts'
import { EventLog } from '../src/postgres/audit/event-log.ts'
import { peopleOn } from '../src/postgres/people/people.ts'
import { Reactor } from '../src/postgres/reactor/reactor.ts'
import { poolAsTx } from '../src/postgres/transact.ts'
import { createPasswords } from '../src/usecases/account/passwords.ts'
import { makeSetupCode } from '../src/usecases/account/set-up.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

export const PASSWORD = 'seven kettles under a bridge'

/** What a caller sends along: a session's cookies and csrf, or a token. */
export interface Caller {
  readonly headers: Readonly<Record<string, string>>
}

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The JSON of the answer; undefined when there is none. */
  // oxlint-disable-next-line typescript/no-explicit-any -- each test knows what it asked for
  readonly body: any
}

export interface TestApi extends AsyncDisposable {
  readonly api: Api
  readonly url: string
  readonly database: TestDatabase
  readonly blobs: BlobStore
  readonly vault: SecretVault
  /** Where its key is. */
  readonly keyFile: string
  /** What the server keeps beside the database. */
  readonly dataDir: string
  /** The real write path, without performers: what it asks, nobody answers. */
  readonly reactor: Reactor
  /** The types of the entries in the audit trail, in order. */
  audited(): Promise<readonly string[]>
  /** Tells the event streams about a commit. */
  commit(commit: Commit): void
  /** A code for the first administrator, as a start prints it. */
  setupCode(): Promise<string>
  call(
    method: string,
    path: string,
    input?: { body?: unknown; as?: Caller; headers?: Record<string, string> },
  ): Promise<Answered>
  /** The first administrator, signed in. Once. */
  setUp(): Promise<Caller & { readonly id: string }>
  /** A new person with these roles, signed in after they were granted. */
  person(
    admin: Caller,
    name: string,
    roles?: readonly { role: string; project?: string }[],
  ): Promise<Caller & { readonly id: string }>
  signIn(name: string): Promise<Caller>
}

export async function startTestApi({
  page,
  trustedProxies = [],
}: {
  page?: PageFiles
  trustedProxies?: readonly string[]
} = {}): Promise<TestApi> {
  const database = await createTestDatabase()
  const reactor = new Reactor({
    newClient: () => new Client(database.url),
    machines: MACHINES,
    version: '0.0.0',
  })
  await reactor.start()
  const listeners = new Set<(commit: Commit) => void>()
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-api-'))
  const blobs = new FileBlobStore({ folder, index: blobRows(database.pool) })
  const keyFile = join(folder, 'secrets.key')
  const vault = new FileKeyVault(database.pool, keyFile)
  const api = await startApi(
    {
      pool: database.pool,
      audit: await openAudit(database),
      changes: {
        onCommitted(listener) {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
      },
      reactor,
      logger: createLogger({ level: 'silent' }),
      metrics: createMetrics(),
      // A hash of real strength takes 65 ms of a processor; its strength has a test of its own.
      passwords: createPasswords({ memoryKiB: 64, passes: 1, lanes: 1 }),
      blobs,
      vault,
    },
    {
      version: '0.0.0',
      dataDir: folder,
      host: '127.0.0.1',
      port: 0,
      publicUrl: undefined,
      trustedProxies,
      gitProtocols: ['https', 'ssh', 'file'],
      page,
    },
  )
  const { url } = api
  const call: TestApi['call'] = async (method, path, { body, as, headers } = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...as?.headers,
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== '' ? JSON.parse(text) : undefined,
    }
  }
  const callerFrom = (answered: Answered): Caller & { readonly id: string } => {
    if (answered.status !== 201 && answered.status !== 200)
      throw new Error(`not signed in: ${answered.text}`)
    const cookie = answered.headers
      .getSetCookie()
      .map((text) => text.split(';')[0] ?? '')
      .join('; ')
    return {
      id: answered.body.user.id,
      headers: { cookie, 'lockstep-csrf': answered.body.csrf, origin: url },
    }
  }
  const expect = (answered: Answered, status: number): Answered => {
    if (answered.status !== status)
      throw new Error(`expected ${status}: ${answered.status} ${answered.text}`)
    return answered
  }
  const signIn: TestApi['signIn'] = async (name) =>
    callerFrom(await call('POST', '/v1/sessions', { body: { name, password: PASSWORD } }))
  const setupCode = async (): Promise<string> => {
    const made = await makeSetupCode(peopleOn(poolAsTx(database.pool)))
    if (made === undefined) throw new Error('there is somebody already')
    return made.code
  }
  return {
    api,
    url,
    database,
    blobs,
    vault,
    keyFile,
    dataDir: folder,
    reactor,
    async audited() {
      const { rows } = await database.pool.query<{ type: string }>(
        'SELECT type FROM events ORDER BY pos',
      )
      return rows.map(({ type }) => type)
    },
    commit: (commit) => {
      for (const listener of listeners) listener(commit)
    },
    setupCode,
    call,
    async setUp() {
      const body = {
        code: await setupCode(),
        name: 'admin',
        email: 'admin@example.test',
        password: PASSWORD,
      }
      return callerFrom(await call('POST', '/v1/setup', { body }))
    },
    async person(admin, name, roles = []) {
      const made = expect(
        await call('POST', '/v1/users', {
          as: admin,
          body: { name, title: name, email: `${name}@example.test` },
        }),
        201,
      )
      const user: string = made.body.user.id
      for (const { role, project } of roles) {
        const path = project === undefined ? '/v1/grants' : `/v1/projects/${project}/grants`
        expect(await call('POST', path, { as: admin, body: { subject: user, role } }), 201)
      }
      return callerFrom(
        await call('POST', '/v1/invitations/acceptance', {
          body: { code: made.body.code, password: PASSWORD },
        }),
      )
    },
    signIn,
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]()
      await reactor[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function openAudit(database: TestDatabase): Promise<EventLog> {
  const client = new Client(database.url)
  await client.connect()
  try {
    return await EventLog.open(client, randomUUID())
  } finally {
    await client.end()
  }
}
