// The program behind `lockstep db`: backup FOLDER | restore FOLDER | check [FOLDER] | hold WHY
//
// A backup is the embedded database and the objects (artifacts, logs) beside it; the data folder is LOCKSTEP_DATA or `data`.
// With a PostgreSQL of your own its own tools make the backup. Keys are in no backup.

import { cp } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Client, type ClientConfig } from 'pg'

import { ConfigRefusal, readConfig, type Config } from './config.ts'
import { BlobDamaged, FileBlobStore } from './objects/file-blob-store.ts'
import { blobRows } from './postgres/agents/blob-rows.ts'
import { auditInvariants } from './postgres/audit/audit-invariants.ts'
import { verifyAudit } from './postgres/audit/verify-audit.ts'
import { checkpointFaultOf, holdAgainstCheckpoints } from './postgres/audit/verify-checkpoints.ts'
import { createBackup } from './postgres/embedded/backup.ts'
import { EMBEDDED_USER } from './postgres/embedded/cluster.ts'
import { EMBEDDED_DATABASE, PORT } from './postgres/embedded/embedded-postgres.ts'
import type { EmbeddedConnection } from './postgres/embedded/embedded-postgres.ts'
import { EmbeddedPostgresFault } from './postgres/embedded/fault.ts'
import { findPostmaster } from './postgres/embedded/postmaster.ts'
import { restoreBackup, verifyBackup } from './postgres/embedded/restore.ts'
import { holdOutgoing } from './postgres/outgoing-hold.ts'

const OBJECTS = 'objects'

/** What was asked for is not possible, or what was checked does not hold. */
class DatabaseRefusal extends Error {
  override readonly name = 'DatabaseRefusal'
}

/** What was done: as fields for programs, and in words. */
interface Done {
  readonly words: string
  readonly fields: Readonly<Record<string, unknown>>
}

async function backUp(config: Config, folder: string): Promise<Done> {
  refuseOwnDatabase(config, BACK_UP_YOURSELF)
  const { dataDir } = config
  const connection = await embeddedConnection(dataDir)
  const { stoppedAt } = await createBackup({ connection, dataDir, backupDir: folder })
  // After the database: an object is written before the row that names it, so that none is missing.
  await copyObjects(dataDir, folder)
  return {
    words:
      `✓ Everything committed before ${stoppedAt} is in ${folder}.\n` +
      `  Keep ${join(dataDir, 'keys')} elsewhere: without its keys no secret in the backup can be read.`,
    fields: { folder, stoppedAt },
  }
}

async function restore(config: Config, folder: string): Promise<Done> {
  refuseOwnDatabase(config, RESTORE_YOURSELF)
  const { stoppedAt } = await restoreBackup({ backupDir: folder, dataDir: config.dataDir })
  await copyObjects(folder, config.dataDir)
  return {
    words:
      `✓ ${config.dataDir} is as it was at ${stoppedAt}.\n` +
      `  Put the folder keys of the old data into it, then start the server. It sends no mail and gives agents no work until\n` +
      `  an administrator has looked and says:  lockstep notification release`,
    fields: { dataDir: config.dataDir, stoppedAt },
  }
}

async function check(config: Config, folder: string | undefined): Promise<Done> {
  if (folder !== undefined) {
    const { files, stoppedAt } = await verifyBackup(folder)
    return {
      words: `✓ All ${files.length} files of the database are as they were written; it ends at ${stoppedAt}.`,
      fields: { folder, files: files.length, stoppedAt },
    }
  }
  return withDatabase(config, async (client) => {
    const trail = await verifyAudit(client)
    if (!trail.ok) {
      throw new DatabaseRefusal(
        `The audit trail is broken in chain ${trail.chain} at seal ${trail.n}: ${trail.reason.replaceAll('_', ' ')}.`,
      )
    }
    const checkpoints = await countCheckpoints(config, client)
    const violations = await auditInvariants(client)
    const [first] = violations
    if (first !== undefined) {
      throw new DatabaseRefusal(
        `${violations.length} things break a promise; the first: "${first.rule}" does not hold for ${first.subject} (${first.detail}).`,
      )
    }
    const objects = await readObjects(config, client)
    return {
      words:
        `✓ ${trail.events.toLocaleString('en')} entries of the log, unbroken; it holds what ${checkpoints} checkpoints signed.\n` +
        `✓ ${objects.toLocaleString('en')} objects, each with the bytes of its digest.`,
      fields: { entries: trail.events, checkpoints, objects },
    }
  })
}

async function hold(config: Config, why: string): Promise<Done> {
  await withDatabase(config, (client) => holdOutgoing(client, why))
  return {
    words:
      '✓ The next server that starts on this database sends no mail and gives agents no work.\n' +
      '  Let it go on:  lockstep notification release',
    fields: { because: why },
  }
}

const BACK_UP_YOURSELF =
  'Back it up with its own tools (a snapshot of the provider, or  pg_dump --format=custom --file=lockstep.dump "$DATABASE_URL" ),\n' +
  'and copy the folder objects of LOCKSTEP_DATA after that.'
const RESTORE_YOURSELF =
  'Restore it with its own tools (the provider, or  pg_restore --dbname="$DATABASE_URL" lockstep.dump ), and copy the folder objects back.\n' +
  'Then, before a server starts on it:  lockstep db hold "restored from …"'

function refuseOwnDatabase({ databaseUrl }: Config, wayOut: string): void {
  if (databaseUrl === undefined) return
  throw new DatabaseRefusal(
    `DATABASE_URL names a PostgreSQL of your own, and this is for the embedded one.\n${wayOut}`,
  )
}

async function withDatabase<Value>(
  { databaseUrl, dataDir }: Config,
  use: (client: Client) => Promise<Value>,
): Promise<Value> {
  const connection: ClientConfig =
    databaseUrl === undefined
      ? await embeddedConnection(dataDir)
      : { connectionString: databaseUrl }
  const client = new Client(connection)
  client.on('error', () => undefined) // The query that runs tells.
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

/** Where the server that uses the folder now is reached. */
async function embeddedConnection(dataDir: string): Promise<EmbeddedConnection> {
  const postmaster = await findPostmaster(join(dataDir, 'pg'))
  if (postmaster === undefined) {
    throw new EmbeddedPostgresFault(
      'embedded_database_unreachable',
      `No server uses ${dataDir}, and this asks a running one. Start it with  lockstep start  (or npm start), or set LOCKSTEP_DATA.`,
    )
  }
  return {
    host: postmaster.socketFolder,
    port: PORT,
    database: EMBEDDED_DATABASE,
    user: EMBEDDED_USER,
  }
}

/** How many signed checkpoints the log agrees with; none where this folder has none. */
async function countCheckpoints({ dataDir }: Config, client: Client): Promise<number> {
  const verdict = await holdAgainstCheckpoints(client, dataDir)
  if (verdict.ok) return verdict.checkpoints
  throw new DatabaseRefusal(checkpointFaultOf(verdict))
}

/** Reads every object; the bytes of each are compared with its name. */
async function readObjects({ dataDir }: Config, client: Client): Promise<number> {
  const store = new FileBlobStore({ folder: join(dataDir, OBJECTS), index: blobRows(client) })
  const { rows } = await client.query<{ digest: `sha256:${string}` }>(
    'SELECT digest FROM blobs ORDER BY digest',
  )
  for (const { digest } of rows) {
    try {
      const stored = await store.open(digest)
      for await (const _ of stored?.stream ?? []) continue
    } catch (cause) {
      const reason = cause instanceof BlobDamaged ? 'has other bytes' : 'cannot be read'
      throw new DatabaseRefusal(`The object ${digest} ${reason}. Copy it from a backup.`, { cause })
    }
  }
  return rows.length
}

async function copyObjects(from: string, to: string): Promise<void> {
  await cp(join(from, OBJECTS), join(to, OBJECTS), { recursive: true }).catch(unlessMissing)
}

function unlessMissing(cause: unknown): undefined {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
  throw cause
}

/** The command line has checked the words before it starts this. */
async function run(verb: string | undefined, given: string | undefined): Promise<Done> {
  const config = readConfig(process.env)
  const folder = given === undefined ? undefined : resolve(given)
  if (verb === 'check') return check(config, folder)
  if (verb === 'backup' && folder !== undefined) return backUp(config, folder)
  if (verb === 'restore' && folder !== undefined) return restore(config, folder)
  if (verb === 'hold' && given !== undefined) return hold(config, given)
  throw new DatabaseRefusal('Use  lockstep db --help')
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
})
try {
  const { words, fields } = await run(positionals[0], positionals[1])
  process.stdout.write(`${values.json ? JSON.stringify(fields) : words}\n`)
} catch (error) {
  const isExpected =
    error instanceof EmbeddedPostgresFault ||
    error instanceof DatabaseRefusal ||
    error instanceof ConfigRefusal
  if (!isExpected) throw error
  process.stderr.write(`Refused: ${error.message}\n`)
  process.exitCode = 1
}
