// Runs a short program to its end, from an argument vector, never through a shell.
import { spawn } from 'node:child_process'

export type ProgramOutcome = { readonly exitCode: number; readonly output: string }

/** The environment of PostgreSQL's programs: nothing of ours, so that no PGDATA or LC_ALL of the user reaches them. */
export function programEnvironment(libraryPath?: string): Record<string, string> {
  const path = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C',
    TZ: 'UTC',
  }
  return libraryPath === undefined ? path : { ...path, LD_LIBRARY_PATH: libraryPath }
}

/** Runs the program; resolves with its exit code (127 when it cannot be started) and what it wrote. */
export function runProgram(
  command: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<ProgramOutcome> {
  const [program = '', ...args] = command
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: options.env ?? process.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    })
    let output = ''
    const collect = (text: string): void => {
      output = (output + text).slice(-8_000)
    }
    child.stdout.setEncoding('utf8').on('data', collect)
    child.stderr.setEncoding('utf8').on('data', collect)
    child.on('error', (error) => resolve({ exitCode: 127, output: error.message }))
    child.on('close', (exitCode) => resolve({ exitCode: exitCode ?? 128, output: output.trim() }))
  })
}
