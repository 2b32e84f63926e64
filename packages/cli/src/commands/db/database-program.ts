import type { ExitCode } from '../../command/command.ts'
import type { Context } from '../../command/context.ts'
import { runServerProgram } from '../server/server-program.ts'

/** Works on the data of this machine, without a server's leave: who may read the files may do this. */
export function runDatabaseProgram(context: Context, typed: readonly string[]): Promise<ExitCode> {
  return runServerProgram(context, 'database-main.ts', [
    ...(context.json ? ['--json'] : []),
    '--',
    ...typed,
  ])
}
