// A server whose disk is full refuses honestly, loses nothing that it has acknowledged, and goes on by itself.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { createClient, type Client } from '@lockstep/client'
import { mountSmallDisk, whyNoSmallDisk, type SmallDisk } from '@lockstep/testkit'
import { Client as DatabaseClient } from 'pg'

import { startServerProgram, type ServerProgram } from './server-program.ts'
import { until } from '../packages/server/testing/until.ts'

const PASSWORD = 'long enough for a test 7'
const MEGABYTES = 256
/** The longest pause between two tries of the supervisor, and a recovery. */
const BACK_WITHIN_MS = 60_000

suite('a full disk under the embedded database', { skip: whyNoSmallDisk() }, () => {
  test('is answered with 503 until there is room; then all that was acknowledged is there', async () => {
    await using disk = await mountSmallDisk(MEGABYTES)
    await using server = await startServerProgram({ LOCKSTEP_DATA: disk.path }, disk.enter)
    const client = await signIn(server)
    const run = await startRun(client)
    const writer = await createWriter(server, client)
    assert.deepEqual(await writer.write(20), ['201'])

    disk.fill()
    await until('tables cannot grow', async () => !(await writer.write(50)).includes('201'))
    assert.deepEqual(await writer.write(20), ['503 storage_unavailable'])
    await endDatabase(disk)
    assert.deepEqual(await writer.write(20), ['503 storage_unavailable'])

    disk.free()
    const isBack = async (): Promise<boolean> => (await writer.write(1)).includes('201')
    await until('it takes writes again', isBack, BACK_WITHIN_MS)
    const there = await listNames(client)
    assert.deepEqual(
      writer.acknowledged.filter((name) => !there.has(name)),
      [],
    )
    const hasEnded = async (): Promise<boolean> =>
      (await client.showRun({ run })).state === 'succeeded'
    await until('the run goes on by itself', hasEnded, BACK_WITHIN_MS)
    assert.equal((await client.verifyAudit()).ok, true)
  })
})

async function signIn(server: ServerProgram): Promise<Client> {
  const client = createClient({ server: server.url })
  const person = { name: 'admin', email: 'admin@example.test', password: PASSWORD }
  await client.setUp({ code: server.setupCode, ...person })
  return client
}

/** A run that waits for a moment which comes while the disk is full. */
async function startRun(client: Client): Promise<Awaited<ReturnType<Client['startRun']>>['id']> {
  const { id: project } = await client.createProject({ name: 'car', title: 'Car' })
  const tasks = [{ kind: 'wait', name: 'a moment', for: '2s' }]
  const definition = { kind: 'pipeline', name: 'p', stages: [{ kind: 'stage', name: 's', tasks }] }
  await client.applyDefinitions({ project, source: 'all', definitions: [{ definition }] })
  return (await client.startRun({ project, name: 'p' })).id
}

/** Writes the log of the database until it cannot be written any more, which ends the database. */
async function endDatabase(disk: SmallDisk): Promise<void> {
  const database = new DatabaseClient({
    host: join(disk.outside, 'run'),
    user: 'lockstep',
    database: 'postgres',
  })
  database.on('error', () => undefined)
  await database.connect()
  const text = `SELECT pg_logical_emit_message(false, 'ballast', repeat('x', 1000000))`
  await assert.rejects(async () => {
    for (let round = 0; round < 1_000; round += 1) await database.query(text)
  })
}

interface Writer {
  readonly acknowledged: readonly string[]
  /** Makes so many projects at once, and says in which ways that was answered. */
  write(count: number): Promise<readonly string[]>
}

/** With a token, so that each request stands by itself, and is not repeated as a client would. */
async function createWriter({ url }: ServerProgram, client: Client): Promise<Writer> {
  const { secret } = await client.createToken({ name: 'writer', permissions: ['project.create'] })
  const acknowledged: string[] = []
  let made = 0
  const write = async (): Promise<string> => {
    const name = `p-${(made += 1)}`
    const answered = await fetch(`${url}/v1/projects`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name, title: 'x'.repeat(100) }),
    })
    const text = await answered.text()
    if (answered.status === 201) acknowledged.push(name)
    return answered.status === 201
      ? '201'
      : `${answered.status} ${/"code":"(\w+)"/.exec(text)?.[1]}`
  }
  return {
    acknowledged,
    write: async (count) => [...new Set(await Promise.all(Array.from({ length: count }, write)))],
  }
}

async function listNames(client: Client): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  let after: string | undefined
  do {
    const page = await client.listProjects({
      limit: 200,
      ...(after === undefined ? {} : { after }),
    })
    for (const { name } of page.items) names.add(name)
    after = page.next ?? undefined
  } while (after !== undefined)
  return names
}
