// A copy of the running embedded database: its files, and the log that makes them consistent.
import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rename, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { Client } from 'pg'
import { CLUSTER_FOLDER, MANIFEST_NAME } from './backup-manifest.ts'
import { copyFile } from './copy-file.ts'
import { EmbeddedPostgresFault } from './fault.ts'
import { syncDisk } from './sync-disk.ts'
import { listSegments } from './wal-segments.ts'
import type { BackupFile, BackupManifest } from './backup-manifest.ts'
import type { EmbeddedConnection } from './embedded-postgres.ts'

/** Made anew by every start; the folders themselves have to be there. */
const EMPTY_FOLDERS = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
])
const LEFT_OUT =
  /^(?:postmaster\.(?:pid|opts)|current_logfiles|backup_label|tablespace_map|lockstep-restored|(?:.*\/)?(?:pgsql_tmp.*|pg_internal\.init.*))$/
/** Copied after everything else, as PostgreSQL's own backup does it. */
const CONTROL_FILE = 'global/pg_control'

type Started = { startedAt: string; fromPosition: string; timeline: string }
type Stopped = { stoppedAt: string; toPosition: string; label: string; tablespaces: string }
type Tree = { readonly folders: readonly string[]; readonly files: readonly string[] }

/**
 * Copies the database in `dataDir`, which `connection` reaches and which goes on working, into the new or empty
 * folder `backupDir`. Everything committed before `stoppedAt` is in it. When this returns, the copy is on disk
 * and complete; a folder without a manifest is a backup that was not finished.
 */
export async function createBackup(place: {
  connection: EmbeddedConnection
  dataDir: string
  backupDir: string
}): Promise<BackupManifest> {
  const source = join(place.dataDir, 'pg')
  const target = await createTarget(place.backupDir)
  const client = new Client({ ...place.connection, application_name: 'lockstep backup' })
  client.on('error', () => undefined) // The query that runs tells.
  await client.connect()
  try {
    const about = await readAbout(client)
    const started = await start(client)
    const tree = await listTree(source)
    const copied = await copyTree(source, target, tree)
    const stopped = await stop(client)
    const segments = listSegments({
      timeline: started.timeline,
      from: started.fromPosition,
      to: stopped.toPosition,
      segmentBytes: about.segmentBytes,
    })
    const files = [
      ...copied,
      ...(await copyLog(source, target, segments)),
      ...(await writeLabels(target, stopped)),
    ]
    return await writeManifest(place.backupDir, {
      format: 'lockstep-database-backup',
      formatVersion: 1,
      postgresVersion: about.postgresVersion,
      majorVersion: about.majorVersion,
      systemIdentifier: about.systemIdentifier,
      startedAt: started.startedAt,
      stoppedAt: stopped.stoppedAt,
      wal: { timeline: started.timeline, from: started.fromPosition, to: stopped.toPosition },
      folders: [...tree.folders],
      files,
    })
  } finally {
    await client.end()
  }
}

async function createTarget(backupDir: string): Promise<string> {
  await mkdir(backupDir, { recursive: true, mode: 0o700 })
  const found = await readdir(backupDir)
  if (found.length > 0) {
    throw new EmbeddedPostgresFault(
      'backup_not_possible',
      `${backupDir} is not empty (${found.slice(0, 3).join(', ')}). Name a new folder for each backup.`,
    )
  }
  const target = join(backupDir, CLUSTER_FOLDER)
  await mkdir(target, { mode: 0o700 })
  return target
}

async function readAbout(client: Client) {
  const { rows } = await client.query<{
    postgresVersion: string
    majorVersion: number
    systemIdentifier: string
    segmentBytes: number
  }>(
    `SELECT split_part(current_setting('server_version'), ' ', 1) AS "postgresVersion",
            current_setting('server_version_num')::integer / 10000 AS "majorVersion",
            system_identifier::text AS "systemIdentifier",
            pg_size_bytes(current_setting('wal_segment_size'))::integer AS "segmentBytes"
       FROM pg_control_system()`,
  )
  return getOnly(rows)
}

async function start(client: Client): Promise<Started> {
  // A slot of this session keeps the log that we copy at the end from being recycled; it goes with the session.
  await client.query(
    "SELECT pg_create_physical_replication_slot('lockstep_backup_' || pg_backend_pid(), true, true)",
  )
  const { rows } = await client.query<Started>(
    `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "startedAt",
            position::text AS "fromPosition", left(pg_walfile_name(position), 8) AS timeline
       FROM pg_backup_start('lockstep', true) AS position`,
  )
  return getOnly(rows)
}

async function stop(client: Client): Promise<Stopped> {
  const { rows: times } = await client.query<{ stoppedAt: string }>(
    `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "stoppedAt"`,
  )
  const { rows } = await client.query<Omit<Stopped, 'stoppedAt'>>(
    'SELECT lsn::text AS "toPosition", labelfile AS label, spcmapfile AS tablespaces FROM pg_backup_stop(false)',
  )
  return { ...getOnly(times), ...getOnly(rows) }
}

function getOnly<Row>(rows: readonly Row[]): Row {
  const [row] = rows
  if (row === undefined) throw new Error('PostgreSQL answered without a row')
  return row
}

/** All folders, and the files to copy, below the cluster. */
async function listTree(source: string): Promise<Tree> {
  const folders: string[] = []
  const files: string[] = []
  const pending = ['']
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of await readdir(join(source, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name)
      if (LEFT_OUT.test(path)) continue
      if (entry.isFile()) files.push(path)
      else if (entry.isDirectory()) {
        folders.push(path)
        if (!EMPTY_FOLDERS.has(path)) pending.push(path)
      } else refuseLink(join(source, path))
    }
  }
  folders.push('pg_wal/archive_status')
  const others = files.filter((path) => path !== CONTROL_FILE).toSorted()
  return { folders: folders.toSorted(), files: [...others, CONTROL_FILE] }
}

function refuseLink(path: string): never {
  throw new EmbeddedPostgresFault(
    'backup_not_possible',
    `${path} leads out of the data folder, and what is behind it would be missing from the backup. ` +
      'Drop the tablespace, or use the backup program of your PostgreSQL.',
  )
}

async function copyTree(source: string, target: string, tree: Tree): Promise<BackupFile[]> {
  for (const folder of tree.folders)
    await mkdir(join(target, folder), { recursive: true, mode: 0o700 })
  const copied: BackupFile[] = []
  for (const path of tree.files) {
    try {
      copied.push({ path, ...(await copyFile(join(source, path), join(target, path))) })
    } catch (error) {
      // A table that was dropped meanwhile: the log, which the restore reads, says so too.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }
  return copied
}

async function copyLog(
  source: string,
  target: string,
  segments: readonly string[],
): Promise<readonly BackupFile[]> {
  const names = await readdir(join(source, 'pg_wal'))
  const wanted = [...segments, ...names.filter((name) => name.endsWith('.history'))]
  const copied: BackupFile[] = []
  for (const name of wanted) {
    const path = posix.join('pg_wal', name)
    copied.push({ path, ...(await copyFile(join(source, path), join(target, path))) })
  }
  return copied
}

/** What tells the restored server where to begin, and that it must reach the end of the backup. */
async function writeLabels(target: string, stopped: Stopped): Promise<readonly BackupFile[]> {
  const texts = { backup_label: stopped.label, tablespace_map: stopped.tablespaces }
  const files: BackupFile[] = []
  for (const [path, text] of Object.entries(texts)) {
    if (text === '') continue
    await writeFile(join(target, path), text, { flag: 'wx', mode: 0o600 })
    const sha256 = createHash('sha256').update(text).digest('hex')
    files.push({ path, sizeBytes: Buffer.byteLength(text), sha256 })
  }
  return files
}

async function writeManifest(backupDir: string, manifest: BackupManifest): Promise<BackupManifest> {
  await syncDisk()
  const unfinished = join(backupDir, `${MANIFEST_NAME}.unfinished`)
  const file = await open(unfinished, 'wx', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(manifest, undefined, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, join(backupDir, MANIFEST_NAME))
  return manifest
}
