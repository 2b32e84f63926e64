import assert from 'node:assert/strict'
import { appendFile, cp, mkdir, mkdtemp, rm, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, suite, test } from 'node:test'
import { Client } from 'pg'
import { createBackup } from '../src/postgres/embedded/backup.ts'
import { startEmbeddedPostgres } from '../src/postgres/embedded/embedded-postgres.ts'
import { restoreBackup, verifyBackup } from '../src/postgres/embedded/restore.ts'
import { copyPreparedCluster } from '../testing/prepared-cluster.ts'
import { until } from '../testing/until.ts'
import type { EmbeddedPostgres } from '../src/postgres/embedded/embedded-postgres.ts'

/** A database with a backup. Tests leave both as they are. */
let backedUp: Arranged
before(async () => {
  backedUp = await arrange()
  await createBackup(backedUp)
})
after(() => backedUp[Symbol.asyncDispose]())

suite('createBackup', () => {
  test('taken while writes go on, a restore has every transaction acknowledged before its end, whole', async () => {
    await using place = await arrange()
    const writer = startWriter(place.server)
    await until('writes are acknowledged', () => writer.acknowledged.size > 50)
    const manifest = await createBackup(place)
    const beforeEnd = [...writer.acknowledged]
      .filter(([, at]) => at < Date.parse(manifest.stoppedAt))
      .map(([id]) => id)
    await until('writes go on', () => writer.acknowledged.size > beforeEnd.length + 50)
    await writer.stop()

    await restoreBackup({ backupDir: place.backupDir, dataDir: place.restoredDir })
    await using restored = await startEmbeddedPostgres({ dataDir: place.restoredDir })
    const rows = await query(restored, 'SELECT id FROM debits JOIN credits USING (id, amount)')
    const found = new Set(rows.map((row) => row['id']))
    assert.ok(beforeEnd.length > 50, `${beforeEnd.length} acknowledged before the end`)
    assert.deepEqual(
      beforeEnd.filter((id) => !found.has(id)),
      [],
    )
    const [sums] = await query(
      restored,
      'SELECT (SELECT count(*) FROM debits) AS debits, (SELECT count(*) FROM credits) AS credits',
    )
    assert.equal(sums?.['debits'], sums?.['credits'])
    assert.equal(sums?.['debits'], String(found.size))
  })

  test('leaves no slot behind that would keep the log for ever', async () => {
    assert.deepEqual(await query(backedUp.server, 'SELECT slot_name FROM pg_replication_slots'), [])
  })

  test('is refused into a folder with files', async () => {
    await assert.rejects(createBackup(backedUp), {
      code: 'backup_not_possible',
      message: /is not empty/,
    })
  })
})

suite('restoreBackup', () => {
  /** A copy of the backup that a test may spoil, and where nothing is yet; others for each test. */
  let [backupDir, restoredDir] = ['', '']
  beforeEach(async () => {
    const folder = await mkdtemp(`${backedUp.restoredDir}-`)
    ;[backupDir, restoredDir] = [join(folder, 'backup'), join(folder, 'restored')]
    await cp(backedUp.backupDir, backupDir, { recursive: true })
  })

  test('goes on as a database of its own, which can be backed up and restored again', async () => {
    await restoreBackup({ backupDir, dataDir: restoredDir })
    await using restored = await startEmbeddedPostgres({ dataDir: restoredDir })
    await query(restored, "INSERT INTO debits VALUES ('after', 1)")
    const second = { backupDir: `${backupDir}-2`, dataDir: `${restoredDir}-2` }
    await createBackup({ ...second, connection: restored.connection, dataDir: restoredDir })
    await restoreBackup(second)
    await using again = await startEmbeddedPostgres({ dataDir: second.dataDir })
    assert.deepEqual(await query(again, 'SELECT id FROM debits'), [{ id: 'after' }])
  })

  test('is refused where a database is', async () => {
    await mkdir(join(restoredDir, 'pg', 'base'), { recursive: true })
    await assert.rejects(restoreBackup({ backupDir, dataDir: restoredDir }), {
      code: 'restore_target_not_empty',
    })
  })

  test('is refused on the folder of a running database', async () => {
    await assert.rejects(restoreBackup({ backupDir, dataDir: backedUp.dataDir }), {
      code: 'embedded_database_in_use',
    })
  })

  test('is refused when a file was changed or lost, and so is the check without a restore', async () => {
    await verifyBackup(backupDir)
    await appendFile(join(backupDir, 'pg', 'global', 'pg_control'), 'x')
    const changed = {
      code: 'backup_damaged',
      message: /global\/pg_control .* not what was written/,
    }
    const target = { backupDir, dataDir: restoredDir }
    await assert.rejects(verifyBackup(backupDir), changed)
    await assert.rejects(restoreBackup(target), changed)
    await unlink(join(backupDir, 'pg', 'global', 'pg_control'))
    await assert.rejects(verifyBackup(backupDir), {
      message: /global\/pg_control .* missing/,
    })
    // What was refused has left nothing there.
    await restoreBackup({ backupDir: backedUp.backupDir, dataDir: restoredDir })
  })

  test('is refused from a backup that was not finished', async () => {
    await unlink(join(backupDir, 'manifest.json'))
    await assert.rejects(restoreBackup({ backupDir, dataDir: restoredDir }), {
      code: 'backup_damaged',
      message: /was not finished/,
    })
  })
})

type Arranged = Awaited<ReturnType<typeof arrange>>

async function arrange() {
  const stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-backup-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const dataDir = join(folder, 'data')
  await copyPreparedCluster(dataDir)
  const server = stack.use(await startEmbeddedPostgres({ dataDir }))
  await query(server, 'CREATE TABLE debits (id text PRIMARY KEY, amount integer)')
  await query(server, 'CREATE TABLE credits (id text PRIMARY KEY, amount integer)')
  return {
    server,
    connection: server.connection,
    dataDir,
    backupDir: join(folder, 'backup'),
    restoredDir: join(folder, 'restored'),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** Writes one row into each of two tables in each transaction, and notes when it was acknowledged. */
function startWriter(server: EmbeddedPostgres) {
  const acknowledged = new Map<string, number>()
  const stopping = new AbortController()
  const done = (async () => {
    const client = new Client(server.url)
    await client.connect()
    for (let number = 0; !stopping.signal.aborted; number += 1) {
      const id = `transfer-${number}`
      await client.query(
        `BEGIN; INSERT INTO debits VALUES ('${id}', ${number}); INSERT INTO credits VALUES ('${id}', ${number}); COMMIT`,
      )
      acknowledged.set(id, Date.now())
    }
    await client.end()
  })()
  return {
    acknowledged,
    async stop(): Promise<void> {
      stopping.abort()
      await done
    },
  }
}

async function query(
  server: EmbeddedPostgres,
  text: string,
): Promise<readonly Record<string, unknown>[]> {
  const client = new Client(server.url)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}
