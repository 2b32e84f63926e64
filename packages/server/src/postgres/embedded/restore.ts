// Brings a backup of the database back into an empty data folder.
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CLUSTER_FOLDER, readManifest } from './backup-manifest.ts'
import { copyFile, measureFile } from './copy-file.ts'
import { lockDataFolder } from './data-lock.ts'
import { EmbeddedPostgresFault } from './fault.ts'
import { leaveRestoredMark } from './restored-mark.ts'
import { syncDisk } from './sync-disk.ts'
import type { BackupFile, BackupManifest } from './backup-manifest.ts'
import type { MeasuredFile } from './copy-file.ts'

/**
 * Reads every file of a backup and returns its manifest. Throws `backup_damaged`, naming the file, when one is
 * missing or is not what was written. Needs no server.
 */
export async function verifyBackup(backupDir: string): Promise<BackupManifest> {
  const manifest = await readManifest(backupDir)
  for (const file of manifest.files) {
    const source = join(backupDir, CLUSTER_FOLDER, file.path)
    refuseDamage(backupDir, file, await measureFile(source).catch(absentWhenMissing))
  }
  return manifest
}

/**
 * Puts the database of the backup into `dataDir`, which must have none and which nobody may be using. Each file
 * is compared with the manifest on the way; after a throw the folder has no database, and after a return the
 * next `startEmbeddedPostgres` there finds what was committed when the backup ended. The server that starts first holds back
 * what would go out.
 */
export async function restoreBackup(place: {
  backupDir: string
  dataDir: string
}): Promise<BackupManifest> {
  const manifest = await readManifest(place.backupDir)
  await mkdir(place.dataDir, { recursive: true, mode: 0o700 })
  const lock = await lockDataFolder(place.dataDir)
  try {
    const pgDir = join(place.dataDir, 'pg')
    await refuseDatabase(pgDir)
    const unfinished = `${pgDir}.unfinished`
    await rm(unfinished, { recursive: true, force: true })
    try {
      await copyBackup(place.backupDir, unfinished, manifest)
      await leaveRestoredMark(unfinished, `restored from a backup of ${manifest.stoppedAt}`)
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true })
      throw error
    }
    await syncDisk()
    await rename(unfinished, pgDir)
    return manifest
  } finally {
    lock.release()
  }
}

async function refuseDatabase(pgDir: string): Promise<void> {
  const found = await readdir(pgDir).catch(() => [])
  if (found.length === 0) return
  throw new EmbeddedPostgresFault(
    'restore_target_not_empty',
    `${pgDir} has a database already, and a restore replaces nothing. ` +
      'Set LOCKSTEP_DATA to a new folder, or move the old one away.',
  )
}

async function copyBackup(
  backupDir: string,
  target: string,
  manifest: BackupManifest,
): Promise<void> {
  await mkdir(target, { mode: 0o700 })
  for (const folder of manifest.folders) {
    await mkdir(join(target, folder), { recursive: true, mode: 0o700 })
  }
  for (const file of manifest.files) {
    const source = join(backupDir, CLUSTER_FOLDER, file.path)
    const copied = await copyFile(source, join(target, file.path)).catch(absentWhenMissing)
    refuseDamage(backupDir, file, copied)
  }
}

function absentWhenMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}

function refuseDamage(
  backupDir: string,
  expected: BackupFile,
  found: MeasuredFile | undefined,
): void {
  if (found?.sha256 === expected.sha256 && found.sizeBytes === expected.sizeBytes) return
  throw new EmbeddedPostgresFault(
    'backup_damaged',
    `The file ${expected.path} of the backup in ${backupDir} is ${found === undefined ? 'missing' : 'not what was written'}. ` +
      'Use another backup.',
  )
}
