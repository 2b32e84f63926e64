// The real write path with everything that goes out, into an outbox of files that tests read.

import { randomUUIDv7 } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  environmentLockMachine,
  gateRunMachine,
  idOf,
  pipelineRunMachine,
  processRunMachine,
  releaseMachine,
  stageRunMachine,
  stepRunMachine,
  uuidOf as uuid,
  type GroupId,
  type Machine,
  type UserId,
} from '@lockstep/domain'
import { simpleParser, type ParsedMail } from 'mailparser'
import { Client } from 'pg'
import type { PgBoss } from 'pg-boss'
import { carryEffects, openQueue, type EffectDeps } from '../src/effects/carry-effects.ts'
import { createFileOutbox } from '../src/mail/file-outbox.ts'
import { composePerformers } from '../src/performers/compose-performers.ts'
import { createBossOutbox } from '../src/postgres/reactor/outbox.ts'
import { Reactor } from '../src/postgres/reactor/reactor.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { until } from './until.ts'

// Each machine is for its own state; what the reactor gives it is what it returned before.
const MACHINES: readonly Machine[] = [
  pipelineRunMachine,
  stageRunMachine,
  gateRunMachine,
  processRunMachine,
  stepRunMachine,
  environmentLockMachine,
  releaseMachine,
]

export interface TestOutside extends AsyncDisposable {
  readonly database: TestDatabase
  readonly reactor: Reactor
  readonly queue: PgBoss
  readonly deps: EffectDeps
  /** A folder of this test alone. */
  readonly folder: string
  readonly project: { readonly id: string; readonly number: number; readonly name: string }
  /** What was warned of, in order. */
  readonly warned: string[]
  /** Begins to carry effects: without it they stay in the queue. */
  carry(): Promise<void>
  /** All messages, in the order in which they were written. */
  mails(): Promise<readonly ParsedMail[]>
  /** Waits until there are as many messages, and returns them. */
  mailsWhen(count: number): Promise<readonly ParsedMail[]>
  person(name: string, ...groups: readonly GroupId[]): Promise<UserId>
  /** Gives somebody a role on a project, or on the system. */
  role(role: string, person: UserId, project?: string): Promise<void>
  group(name: string): Promise<GroupId>
}

export async function startOutsideTest(): Promise<TestOutside> {
  const database = await createTestDatabase()
  const { pool } = database
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-outside-'))
  const outbox = join(folder, 'outbox')
  const project = { id: idOf('prj', randomUUIDv7()), name: 'car' }
  const { rows } = await pool.query<{ number: number }>(
    `INSERT INTO projects (id, name, title) VALUES ($1, $2, 'Car') RETURNING number`,
    [uuid(project.id), project.name],
  )
  const queue = await openQueue(pool, () => undefined)
  const reactor = new Reactor({
    newClient: () => new Client(database.url),
    machines: MACHINES,
    outbox: createBossOutbox(queue),
  })
  reactor.answerWith(composePerformers({ db: pool, reactor, fetch }))
  await reactor.start()
  const sender = {
    from: { name: 'Lockstep', address: 'lockstep@example.test' },
    host: 'example.test',
  }
  const mailer = await createFileOutbox(outbox, sender)
  const warned: string[] = []
  const quiet = (): void => undefined
  const deps: EffectDeps = {
    db: pool,
    reactor,
    mailer,
    publicUrl: () => 'https://lockstep.example.test',
    log: { debug: quiet, info: quiet, warn: (_fields, what) => warned.push(what), error: quiet },
  }
  const mails = async (): Promise<readonly ParsedMail[]> => {
    const paths = (await readdir(outbox))
      .filter((name) => name.endsWith('.eml'))
      .map((name) => join(outbox, name))
    const found = await Promise.all(
      paths.map(async (path) => ({ path, at: (await stat(path, { bigint: true })).mtimeNs })),
    )
    found.sort((one, other) => Number(one.at - other.at))
    return Promise.all(found.map(async ({ path }) => simpleParser(await readFile(path))))
  }
  return {
    database,
    reactor,
    queue,
    deps,
    folder,
    project: { ...project, number: rows[0]?.number ?? 0 },
    warned,
    carry: () => carryEffects(queue, deps),
    mails,
    async mailsWhen(count) {
      await until(`${count} mails`, async () => (await mails()).length >= count)
      return mails()
    },
    async person(name, ...groups) {
      const id = randomUUIDv7()
      await pool.query('INSERT INTO users (id, name, title, email) VALUES ($1, $2, $3, $4)', [
        id,
        name,
        `The ${name}`,
        `${name}@example.test`,
      ])
      for (const group of groups) {
        await pool.query('INSERT INTO members (group_id, user_id) VALUES ($1, $2)', [
          uuid(group),
          id,
        ])
      }
      if (groups.length > 0) {
        await pool.query(
          `INSERT INTO grants (id, role, user_id, project_id) VALUES ($1, 'approver', $2, $3)`,
          [randomUUIDv7(), id, uuid(project.id)],
        )
      }
      return idOf('usr', id)
    },
    async role(role, person, of) {
      await pool.query(
        'INSERT INTO grants (id, role, user_id, project_id) VALUES ($1, $2, $3, $4)',
        [randomUUIDv7(), role, uuid(person), of === undefined ? null : uuid(of)],
      )
    },
    async group(name) {
      const id = randomUUIDv7()
      await pool.query('INSERT INTO groups (id, name, title) VALUES ($1, $2, $2)', [id, name])
      return idOf('grp', id)
    },
    async [Symbol.asyncDispose]() {
      await queue.stop({ graceful: true, timeout: 5_000 })
      await reactor[Symbol.asyncDispose]()
      await mailer[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
