// A real server as a program of its own, and the command line as another.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { until } from './until.ts'

const SERVER = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const FOLDER = fileURLToPath(new URL('./lockstep/', import.meta.url))

export const PASSWORD = 'seven kettles under a bridge'

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly errors: string
}

export interface CallOptions {
  readonly stdin?: string
  /** Whose sign-in: each name has a folder of its own. */
  readonly as?: string
  readonly environment?: Readonly<Record<string, string>>
  /** Told the output as it comes; ends the program with an interrupt when it gives true. */
  readonly interruptWhen?: (out: string) => boolean
}

export interface Served extends AsyncDisposable {
  readonly url: string
  /** The one-time link of the first start. */
  readonly link: string
  /** A folder with definitions in `lockstep/`, which a test may change. */
  readonly repository: string
  /** Runs one command to its end, in the repository. */
  lockstep(typed: readonly string[], options?: CallOptions): Promise<Ended>
}

export async function startServed(): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-cli-'))
  const repository = join(folder, 'repository')
  await cp(FOLDER, join(repository, 'lockstep'), { recursive: true })
  const child = spawn(process.execPath, [SERVER], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      LOCKSTEP_PORT: '0',
      LOCKSTEP_DATA: join(folder, 'data'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [output, errors] = ['', '']
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()))
  const url = await until('the server is ready', () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${errors}`)
    return /ready at (\S+)\n/.exec(output)?.[1]
  }).catch((error: unknown) => {
    child.kill('SIGTERM') // Else it would outlive a test that has failed.
    throw error
  })
  return {
    url,
    link: /http\S+\/setup#\w+/.exec(output)?.[0] ?? '',
    repository,
    lockstep: (typed, options = {}) => runProgram(typed, options, folder, repository),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function runProgram(
  typed: readonly string[],
  { stdin = '', as = 'admin', environment = {}, interruptWhen }: CallOptions,
  folder: string,
  cwd: string,
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...typed], {
    cwd,
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      XDG_CONFIG_HOME: join(folder, 'people', as),
      ...environment,
    },
  })
  child.stdin.end(stdin)
  let [out, errors, isInterrupted] = ['', '', false]
  child.stdout.on('data', (bytes: Buffer) => {
    out += bytes.toString()
    if (!isInterrupted && interruptWhen?.(out) === true) {
      isInterrupted = true
      child.kill('SIGINT')
    }
  })
  child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()))
  await once(child, 'close')
  return { code: child.exitCode, out, errors }
}
