// Runs a short program to its end, from an argument vector, never through a shell.
import { spawn } from 'node:child_process'

export type ProgramEnvironment = Readonly<Record<string, string>>

type ProgramOutcome = { readonly exitCode: number; readonly output: string }

/** Where the programs of the system are on the systems we know. */
const SYSTEM_PATH =
  '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin'
const OUTPUT_CHARS_MAX = 8_000

/**
 * The environment of every program here, instead of ours: no PGDATA or LC_ALL of the user changes what it does,
 * and no secret of the server is in `/proc/<pid>/environ` of another process.
 */
export function createEnvironment(
  own: { searchPath?: string | undefined; libraryPath?: string | undefined } = {},
): ProgramEnvironment {
  const environment = { PATH: own.searchPath ?? SYSTEM_PATH, LC_ALL: 'C', TZ: 'UTC' }
  if (own.libraryPath === undefined) return environment
  return { ...environment, LD_LIBRARY_PATH: own.libraryPath }
}

/** Runs the program; resolves with its exit code (127 when it cannot be started) and the end of what it wrote. */
export function runProgram(
  command: readonly string[],
  options: { env?: ProgramEnvironment; cwd?: string } = {},
): Promise<ProgramOutcome> {
  const [program = '', ...args] = command
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: options.env ?? createEnvironment(),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    })
    let output = ''
    const collect = (text: string): void => {
      output = (output + text).slice(-OUTPUT_CHARS_MAX)
    }
    child.stdout.setEncoding('utf8').on('data', collect)
    child.stderr.setEncoding('utf8').on('data', collect)
    child.on('error', (error) => resolve({ exitCode: 127, output: error.message }))
    child.on('close', (exitCode) => resolve({ exitCode: exitCode ?? 128, output: output.trim() }))
  })
}
