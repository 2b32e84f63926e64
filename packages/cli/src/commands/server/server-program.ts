// Programs of the server that lie beside the command line. Nothing of the server is imported here.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import type { ExitCode } from '../../command/command.ts'
import type { Context } from '../../command/context.ts'
import { Refusal } from '../../command/failure.ts'

const PROGRAMS = new URL('../../../../server/src/', import.meta.url)

/** Runs a program of the server in the folder where the command was typed, on the streams of this one, to its end. */
export async function runServerProgram(
  { config, signal, cwd }: Pick<Context, 'config' | 'signal' | 'cwd'>,
  name: 'main.ts' | 'database-main.ts',
  typed: readonly string[] = [],
): Promise<ExitCode> {
  const program = fileURLToPath(new URL(name, PROGRAMS))
  if (!existsSync(program))
    throw new Refusal('the server is not installed beside this command line.')
  const child = spawn(process.execPath, [program, ...typed], {
    cwd,
    env: config.inherited,
    stdio: 'inherit',
  })
  // A terminal tells the child itself; a supervisor tells only us.
  signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
  await once(child, 'exit')
  return child.exitCode === 0 ? 0 : 1
}
