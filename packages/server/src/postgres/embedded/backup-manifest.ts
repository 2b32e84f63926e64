// What a backup of the database says about itself; written last, so that its presence means completeness.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { EmbeddedPostgresFault } from './fault.ts'

export const MANIFEST_NAME = 'manifest.json'
/** The cluster's files are below this folder of a backup. */
export const CLUSTER_FOLDER = 'pg'

const RelativePath = z.string().check(z.regex(/^(?!.*(?:^|\/)\.\.?(?:\/|$))[^/\0][^\0]*$/))

const Manifest = z.strictObject({
  format: z.literal('lockstep-database-backup'),
  formatVersion: z.literal(1),
  postgresVersion: z.string(),
  majorVersion: z.int(),
  systemIdentifier: z.string(),
  /** Database time. What was committed before `stoppedAt` is in the backup. */
  startedAt: z.iso.datetime(),
  stoppedAt: z.iso.datetime(),
  wal: z.strictObject({ timeline: z.string(), from: z.string(), to: z.string() }),
  folders: z.array(RelativePath),
  files: z.array(
    z.strictObject({
      path: RelativePath,
      sizeBytes: z.int().check(z.nonnegative()),
      sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
    }),
  ),
})

export type BackupManifest = z.infer<typeof Manifest>
export type BackupFile = BackupManifest['files'][number]

/** The manifest of a backup. Throws `backup_damaged` when the folder has none or it is not one of ours. */
export async function readManifest(backupDir: string): Promise<BackupManifest> {
  const file = join(backupDir, MANIFEST_NAME)
  try {
    return Manifest.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (cause) {
    throw new EmbeddedPostgresFault(
      'backup_damaged',
      `${file} is missing or not the manifest of a database backup: the backup was not finished, or is none. ` +
        'Use another backup.',
      { cause },
    )
  }
}
