import { EmbeddedPostgresFault } from './fault.ts'
import { runProgram } from './run-program.ts'

/** Everything written so far is on the disk. One call, since a database is a thousand files. */
export async function syncDisk(): Promise<void> {
  const { exitCode, output } = await runProgram(['sync'])
  if (exitCode === 0) return
  throw new EmbeddedPostgresFault(
    'backup_not_possible',
    `The copy could not be brought to the disk, so that a power cut could undo it: ${output}`,
  )
}
