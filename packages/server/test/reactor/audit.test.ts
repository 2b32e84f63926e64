import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { appendFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, afterEach, before, beforeEach, suite, test } from 'node:test'
import { idOf } from '@lockstep/domain'
import { Client } from 'pg'
import { auditInvariants } from '../../src/postgres/audit/audit-invariants.ts'
import {
  checkpointFileOf,
  keyFileOf,
  loadSigningKey,
  writeCheckpoint,
} from '../../src/postgres/audit/checkpoints.ts'
import { EventLog } from '../../src/postgres/audit/event-log.ts'
import { verifyAudit } from '../../src/postgres/audit/verify-audit.ts'
import type { AuditVerdict } from '../../src/postgres/audit/verify-audit.ts'
import {
  checkpointFaultOf,
  holdAgainstCheckpoints,
  verifyCheckpoints,
} from '../../src/postgres/audit/verify-checkpoints.ts'
import type { Queryable } from '../../src/postgres/queryable.ts'
import { transact } from '../../src/postgres/transact.ts'
import { createTestDatabase } from '../../testing/database.ts'
import type { TestDatabase } from '../../testing/database.ts'
import { tamper } from '../../testing/tamper.ts'
import { assertSound, createRun, startToyReactor } from '../../testing/toy-reactor.ts'

const USER = idOf('usr', '01930000-0000-7000-8000-000000000001')
const CREATED = {
  type: 'user_created',
  subject: USER,
  actor: 'user:usr_admin',
  project: 0,
  body: { name: 'Ada', ok: null },
  origin: { address: '::1' },
} as const

let database: TestDatabase

beforeEach(async () => {
  database = await createTestDatabase()
  await using toy = await startToyReactor(database)
  const run = await createRun(toy, { steps: 2, jobs: 2 })
  for (const note of ['one', 'two', 'three']) {
    await toy.reactor.submit(run, { type: 'poked', note, amount: 0.1 }, 'user:usr_1')
  }
})

afterEach(() => database[Symbol.asyncDispose]())

async function verify(): Promise<AuditVerdict> {
  const client = await database.pool.connect()
  try {
    return await verifyAudit(client)
  } finally {
    client.release()
  }
}

suite('verifying the audit', () => {
  test('counts what it has seen', async () => {
    const verdict = await verify()
    assert.ok(verdict.ok)
    assert.deepEqual(verdict.events, 6)
  })

  test('names the seal of an event that was changed', async () => {
    await tamper(
      database.pool,
      `UPDATE events SET body = '{"note": "TWO", "amount": 0.1}' WHERE body->>'note' = 'two'`,
    )
    const verdict = await verify()
    assert.ok(!verdict.ok)
    assert.equal(verdict.reason, 'event_changed')
    assert.match(verdict.events.join(), /poked/)
  })

  test('sees an actor that was changed', async () => {
    await tamper(
      database.pool,
      `UPDATE events SET actor = 'user:usr_2' WHERE body->>'note' = 'one'`,
    )
    const verdict = await verify()
    assert.ok(!verdict.ok && verdict.reason === 'event_changed')
  })

  test('sees an event that was deleted', async () => {
    await tamper(database.pool, `DELETE FROM events WHERE body->>'note' = 'three'`)
    const verdict = await verify()
    assert.ok(!verdict.ok && verdict.reason === 'event_missing_or_added')
  })

  test('sees an event that was slipped in behind the last seal', async () => {
    await database.pool.query(
      `INSERT INTO events SELECT project_id, root_id, id, 99, pos + 1000, kind, type, v, actor, at, ids, origin, body
       FROM events WHERE body->>'note' = 'three'`,
    )
    const verdict = await verify()
    assert.ok(!verdict.ok && verdict.reason === 'event_missing_or_added')
  })

  test('sees a seal that was made again for another event', async () => {
    await tamper(database.pool, `UPDATE seals SET hash = sha256('x') WHERE n = 1`)
    const verdict = await verify()
    assert.equal(verdict.ok, false)
  })
})

suite('ordinary writes', () => {
  test('are events of the same log, under seals of their own lane', async () => {
    await using own = await openLog()
    await transact(
      database.pool,
      (tx) => own.log.append(tx, CREATED),
      () => true,
    )
    await transact(
      database.pool,
      (tx) => own.log.append(tx, { ...CREATED, type: 'user_changed' }),
      () => true,
    )
    await assertSound(database)
    const { rows } = await database.pool.query(
      `SELECT seq, kind, type FROM events WHERE kind = 'usr' ORDER BY seq`,
    )
    assert.deepEqual(rows, [
      { seq: 1, kind: 'usr', type: 'user_created' },
      { seq: 2, kind: 'usr', type: 'user_changed' },
    ])
  })

  test('leave nothing behind when their transaction is taken back', async () => {
    await using own = await openLog()
    await transact(
      database.pool,
      (tx) => own.log.append(tx, CREATED),
      () => false,
    )
    const { rows } = await database.pool.query(`SELECT FROM events WHERE kind = 'usr'`)
    assert.equal(rows.length, 0)
    await assertSound(database)
  })

  test('at the same time follow one another in the lane', async () => {
    await using own = await openLog()
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => {
        const subject = idOf('usr', `01930000-0000-7000-8000-00000000010${index}`)
        return transact(
          database.pool,
          (tx) => own.log.append(tx, { ...CREATED, subject }),
          () => true,
        )
      }),
    )
    await assertSound(database)
  })

  test('never write an event of a run', async () => {
    await using own = await openLog()
    const subject = idOf('run', '01930000-0000-7000-8000-000000000001')
    await assert.rejects(
      transact(
        database.pool,
        (tx) => own.log.append(tx, { ...CREATED, subject }),
        () => true,
      ),
    )
  })

  test('are heard by those who listen for commits', async () => {
    await using toy = await startToyReactor(database)
    await using own = await openLog()
    const heard = new Promise((resolve) => {
      toy.reactor.onCommitted(({ changes }) => resolve(changes[0]))
    })
    await transact(
      database.pool,
      (tx) => own.log.append(tx, CREATED),
      () => true,
    )
    assert.deepEqual(await heard, { project: 0, root: USER, id: USER, kind: 'usr', version: 1 })
    await toy[Symbol.asyncDispose]()
  })
})

suite('a checkpoint', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lockstep-checkpoint-'))
  })
  after(() => rm(folder, { recursive: true }))

  async function checkpoint(name: string) {
    const key = await loadSigningKey(join(folder, 'key.pem'))
    const file = join(folder, name)
    const n = await writeCheckpoint({ pool: database.pool, key, file })
    const lines = (await readFile(file, 'utf8')).split('\n')
    const publicKey = createPublicKey(key.privateKey)
    return { n, lines, publicKey, check: () => verifyCheckpoints(database.pool, lines, publicKey) }
  }

  test('signs the heads of all lanes, once until something happens', async () => {
    const first = await checkpoint('one')
    assert.deepEqual([first.n, (await checkpoint('one')).n], [1, undefined])
    const { at, ...held } = { at: null, ...(await first.check()) }
    assert.deepEqual([held, typeof at], [{ ok: true, checkpoints: 1 }, 'number'])
  })

  test('shows that the end of a lane was cut off', async () => {
    const { check } = await checkpoint('two')
    await tamper(
      database.pool,
      'DELETE FROM seals WHERE (lane, n) IN (SELECT lane, max(n) FROM seals GROUP BY lane)',
    )
    const verdict = await check()
    assert.ok(!verdict.ok && verdict.reason === 'chain_shorter_than_signed')
  })

  test('is held however long ago it was signed, all of them with few questions', async () => {
    const first = await checkpoint('long')
    const lines = Array.from({ length: 1_500 }, () => first.lines[0] ?? '')
    const asked: string[] = []
    const query = (text: string, values: unknown[]): unknown => {
      asked.push(text)
      return database.pool.query(text, values)
    }
    const counted = { query } as unknown as Queryable
    const held = await verifyCheckpoints(counted, lines, first.publicKey)
    assert.ok(held.ok && held.checkpoints === 1_500)
    assert.ok(asked.length <= 10, String(asked.length))
  })

  test('is verified beside the main thread, which goes on with other things', async () => {
    const { lines, publicKey } = await checkpoint('beside')
    const query = (): unknown => Promise.resolve({ rows: [] })
    let isOtherDone = false
    setImmediate(() => {
      isOtherDone = true
    })
    const held = await verifyCheckpoints({ query } as unknown as Queryable, lines, publicKey)
    assert.deepEqual([held.ok && held.checkpoints, isOtherDone], [1, true])
  })

  /** A data folder of its own, and what it says of the log. */
  async function newFolder(name: string) {
    const dataDir = join(folder, name)
    const file = checkpointFileOf(dataDir)
    await mkdir(dirname(keyFileOf(dataDir)), { recursive: true })
    const key = await loadSigningKey(keyFileOf(dataDir))
    return {
      file,
      /** Something happens, and it is signed. */
      write: async () => {
        await using own = await openLog()
        await transact(
          database.pool,
          (tx) => own.log.append(tx, CREATED),
          () => true,
        )
        return writeCheckpoint({ pool: database.pool, key, file })
      },
      hold: () => holdAgainstCheckpoints(database.pool, dataDir),
    }
  }

  test('that a full disk has torn is no fault, and the next begins a new line', async () => {
    const { file, write, hold } = await newFolder('torn')
    await write()
    const { length } = await readFile(file)
    await appendFile(file, '{"n":2,"text":"{')
    const torn = await hold()
    assert.deepEqual([torn.ok, torn.ok && torn.checkpoints], [true, 1])
    assert.equal(await write(), 2)
    await write()
    const healed = await hold()
    assert.deepEqual([healed.ok, healed.ok && healed.checkpoints], [true, 3])
    await truncate(file, length - 1) // Whole, but for its end: it counts, and so does what follows.
    await write()
    const ended = await hold()
    assert.deepEqual([ended.ok, ended.ok && ended.checkpoints], [true, 2])
  })

  test('that somebody spoilt is named by its line, also when another is torn', async () => {
    const { file, write, hold } = await newFolder('spoilt')
    for (let n = 0; n < 3; n += 1) await write()
    const lines = (await readFile(file, 'utf8')).split('\n')
    for (const spoilt of ['{"n":2,"te', '5', 'null', '{"n":2}']) {
      await writeFile(file, [lines[0], spoilt, ...lines.slice(2)].join('\n'))
      const verdict = await hold()
      assert.ok(!verdict.ok, spoilt)
      assert.deepEqual(verdict, { ok: false, reason: 'line_unreadable', line: 2 })
      assert.match(checkpointFaultOf(verdict), /^Line 2 of checkpoints\.log is not one/)
    }
    await writeFile(file, [...lines.slice(0, 3), '{', '{"n":4'].join('\n'))
    await write()
    const two = await hold()
    assert.deepEqual(two, { ok: false, reason: 'line_unreadable', line: 4 })
  })

  test('is not accepted with another signature', async () => {
    const { lines } = await checkpoint('three')
    const other = await loadSigningKey(join(folder, 'other.pem'))
    const verdict = await verifyCheckpoints(database.pool, lines, createPublicKey(other.privateKey))
    assert.ok(!verdict.ok && verdict.reason === 'not_signed_by_this_key')
  })
})

suite('what is evidence', () => {
  const kept = {
    events: 'actor',
    seals: 'hash',
    checkpoints: 'root',
    decisions: 'rule',
    inventory_log: 'at',
    definition_revisions: 'digest',
    plans: 'body',
    snapshots: 'digest',
  } as const
  for (const [table, column] of Object.entries(kept)) {
    test(`${table}: rows are neither changed nor taken away, whoever asks`, async () => {
      for (const sql of [
        `UPDATE ${table} SET ${column} = ${column}`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table} CASCADE`,
      ]) {
        await assert.rejects(database.pool.query(sql), { code: '42501' }, sql)
      }
    })
  }
})

suite('somebody with every right on the database', () => {
  test('leaves no connection in a failed transaction behind', async () => {
    await using one = await createTestDatabase()
    one.pool.options.max = 1
    await assert.rejects(tamper(one.pool, 'SELECT 1 / 0'))
    assert.deepEqual((await one.pool.query('SELECT 1 AS one')).rows, [{ one: 1 }])
  })
})

suite('the auditor', () => {
  const seeded: readonly (readonly [rule: RegExp, sql: string])[] = [
    [/version/, `UPDATE aggregates SET version = version + 1 WHERE kind = 'pipeline_run'`],
    [
      /waits for something/,
      `UPDATE aggregates SET waits = NULL WHERE kind = 'step_run'; UPDATE jobs SET finished_at = now()`,
    ],
    [
      /has ended has no open job/,
      `UPDATE aggregates SET finished_at = now(), status = 'aborted' WHERE kind = 'step_run'`,
    ],
    [
      /finish and no wake-up/,
      `UPDATE aggregates SET status = 'succeeded' WHERE kind = 'pipeline_run'`,
    ],
    [/every seal covers/, `UPDATE seals SET events = events + 1`],
    [/under a seal/, `DELETE FROM seals WHERE n = 1`],
    [/head of a lane/, `UPDATE lanes SET n = n + 1 WHERE n > 0`],
    [
      /message is taken/,
      `INSERT INTO inbox SELECT project_id, root_id, id, 1, 0, root_id, id, '{}', now() - interval '1 hour' FROM aggregates LIMIT 1`,
    ],
  ]
  for (const [rule, sql] of seeded) {
    test(`sees a break of: ${rule.source}`, async () => {
      assert.deepEqual(await auditInvariants(database.pool), [])
      await tamper(database.pool, sql)
      const found = await auditInvariants(database.pool)
      assert.match(found.map((violation) => violation.rule).join('; '), rule)
    })
  }
})

async function openLog(): Promise<{ log: EventLog } & AsyncDisposable> {
  const client = new Client(database.url)
  await client.connect()
  const log = await EventLog.open(client, '01930000-0000-7000-8000-000000000009')
  return {
    log,
    async [Symbol.asyncDispose]() {
      await client.end()
    },
  }
}
