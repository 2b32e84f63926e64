// The server as its own program, for tests that stop, kill and restore it.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import { until } from '../packages/server/testing/until.ts'

const SERVER = join(import.meta.dirname, '../packages/server/src')
const COMMAND_LINE = join(import.meta.dirname, '../packages/cli/src/main.ts')
const READY_WITHIN_MS = 60_000

/** A program that is ready. */
export interface ServerProgram extends AsyncDisposable {
  readonly url: string
  /** The one-time code for the first administrator; empty when there is one. */
  readonly setupCode: string
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>
}

/** Starts the server on free ports, behind these words of a command line, and waits until it is ready. */
export async function startServerProgram(
  settings: Readonly<Record<string, string>>,
  before: readonly string[] = [],
): Promise<ServerProgram> {
  const [command, ...args] = [...before, process.execPath, join(SERVER, 'main.ts')]
  const child = spawn(command, args, {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      LOCKSTEP_PORT: '0',
      LOCKSTEP_INTERNAL_PORT: '0',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [output, errors] = ['', '']
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()))
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  const isReady = (): boolean => {
    if (child.exitCode !== null) throw new Error(`the server ended: ${errors}`)
    return /ready at \S+.*\n/.test(output)
  }
  await until('the server is ready', isReady, READY_WITHIN_MS).catch(async (error: unknown) => {
    await end('SIGKILL')
    throw error
  })
  return {
    url: /ready at (\S+)/.exec(output)?.[1] ?? '',
    setupCode: /\/setup#(fs_\w+)/.exec(output)?.[1] ?? '',
    kill: () => end('SIGKILL'),
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  }
}

/** What `lockstep db …` said and how it ended. */
export async function runDatabaseCommand(
  args: readonly string[],
  data: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly said: string }> {
  const child = spawn(process.execPath, [COMMAND_LINE, 'db', ...args], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      LOCKSTEP_DATA: data,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => (said += bytes.toString()))
  }
  const [code] = await once(child, 'close')
  return { code: Number(code), said }
}
