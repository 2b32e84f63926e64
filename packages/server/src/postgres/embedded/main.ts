// npm run db -- backup FOLDER | verify FOLDER | restore FOLDER | verify-log
//
// A backup is the embedded database and the objects (artifacts, logs) beside it; the data folder is LOCKSTEP_DATA or `data`.
// With a PostgreSQL of your own its own tools make the backup. `verify-log` holds the log against its signed checkpoints.

import { createPublicKey } from 'node:crypto'
import { cp, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Client } from 'pg'

import { verifyCheckpoints } from '../audit/checkpoints.ts'
import { createBackup } from './backup.ts'
import { EMBEDDED_USER } from './cluster.ts'
import { EmbeddedPostgresFault } from './fault.ts'
import { EMBEDDED_DATABASE, PORT, type EmbeddedConnection } from './embedded-postgres.ts'
import { findPostmaster } from './postmaster.ts'
import { restoreBackup, verifyBackup } from './restore.ts'

const USAGE = 'npm run db -- backup FOLDER | verify FOLDER | restore FOLDER | verify-log'
const OBJECTS = 'objects'

/** The log is not what its checkpoints signed. */
class LogFault extends Error {
  override readonly name = 'LogFault'
}

interface Place {
  readonly dataDir: string
  readonly backupDir: string
}

async function backUp({ dataDir, backupDir }: Place): Promise<string> {
  const connection = await connectionTo(dataDir)
  const manifest = await createBackup({ connection, dataDir, backupDir })
  // After the database: an object is written before the row that names it, so that none is missing.
  await copyObjects(dataDir, backupDir)
  return `Everything committed before ${manifest.stoppedAt} is in ${backupDir}.`
}

/** Where the server that uses the folder now is reached. */
async function connectionTo(dataDir: string): Promise<EmbeddedConnection> {
  const postmaster = await findPostmaster(join(dataDir, 'pg'))
  if (postmaster === undefined) {
    throw new EmbeddedPostgresFault(
      'embedded_database_unreachable',
      `No server uses ${dataDir}, and this asks a running one. Start it with "npm start", or set LOCKSTEP_DATA.`,
    )
  }
  return {
    host: postmaster.socketFolder,
    port: PORT,
    database: EMBEDDED_DATABASE,
    user: EMBEDDED_USER,
  }
}

async function restore({ dataDir, backupDir }: Place): Promise<string> {
  const manifest = await restoreBackup({ backupDir, dataDir })
  await copyObjects(backupDir, dataDir)
  return `${dataDir} is as it was at ${manifest.stoppedAt}. Start the server with "npm start".`
}

async function verify({ backupDir }: Place): Promise<string> {
  const { files, stoppedAt } = await verifyBackup(backupDir)
  return `All ${files.length} files of the database are as they were written; it ends at ${stoppedAt}.`
}

async function verifyLog({ dataDir }: Place): Promise<string> {
  const key = await readFile(join(dataDir, 'keys', 'checkpoints.pem'), 'utf8')
  const lines = (await readFile(join(dataDir, 'checkpoints.log'), 'utf8')).split('\n')
  const client = new Client(await connectionTo(dataDir))
  await client.connect()
  try {
    const verdict = await verifyCheckpoints(client, lines, createPublicKey(key))
    if (verdict.ok)
      return `The log holds everything that ${verdict.checkpoints} checkpoints signed.`
    const lane = verdict.lane === undefined ? '' : `, lane ${verdict.lane}`
    throw new LogFault(
      `Checkpoint ${verdict.n}${lane}: ${verdict.reason.replaceAll('_', ' ')}. The log is not what was signed.`,
    )
  } finally {
    await client.end()
  }
}

/** The bytes of each are compared with its name when it is read. */
async function copyObjects(from: string, to: string): Promise<void> {
  await cp(join(from, OBJECTS), join(to, OBJECTS), { recursive: true }).catch((cause: unknown) => {
    // A server that has kept no object yet has no folder for them.
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause
  })
}

const WORK: Readonly<Record<string, (place: Place) => Promise<string>>> = {
  backup: backUp,
  verify,
  restore,
  'verify-log': verifyLog,
}

const [verb = '', folder, ...rest] = process.argv.slice(2)
const work = WORK[verb]
const isUsage = (folder === undefined) === (verb === 'verify-log') && rest.length === 0
if (work === undefined || !isUsage) {
  process.stderr.write(`${USAGE}\n`)
  process.exitCode = 2
} else {
  const dataDir = resolve(process.env['LOCKSTEP_DATA'] ?? 'data')
  try {
    process.stdout.write(`${await work({ dataDir, backupDir: resolve(folder ?? '') })}\n`)
  } catch (error) {
    if (!(error instanceof EmbeddedPostgresFault || error instanceof LogFault)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}
