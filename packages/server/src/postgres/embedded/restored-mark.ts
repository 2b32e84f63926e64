// A mark inside restored files, so that the first server that starts on them knows what they are.

import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export const RESTORED_MARK = 'lockstep-restored'

/** Leaves the mark in the files of a cluster that no server uses yet. */
export async function leaveRestoredMark(pgDir: string, because: string): Promise<void> {
  await writeFile(join(pgDir, RESTORED_MARK), because, { mode: 0o600 })
}

/** Calls `hold` with what the mark says, if there is one, and takes it away when that is done. */
export async function takeRestoredMark(
  dataDir: string,
  hold: (because: string) => Promise<void>,
): Promise<void> {
  const mark = join(dataDir, 'pg', RESTORED_MARK)
  const because = await readFile(mark, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  if (because === undefined) return
  await hold(because)
  await rm(mark)
}
