// A real server as a program of its own, and the command line in front of it.

import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

import { runCommandLine, type Call } from '../src/command-line.ts'
import { startOnScreen, type PseudoTerminal } from './pseudo-terminal.ts'
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
  /** What the server keeps on its disk. */
  readonly data: string
  /**
   * Runs one command to its end, in the repository: in this process, since a program takes a third of a second to start; as a
   * program where it is to be interrupted, and where the command itself needs one.
   */
  lockstep(typed: readonly string[], options?: CallOptions): Promise<Ended>
  /** As `lockstep`, of a command without blanks in its words; it must succeed, and what it prints is given back. */
  ok(typed: string, options?: CallOptions): Promise<string>
  /** Runs one command on a screen of 80 columns, in the repository. */
  onScreen(typed: readonly string[], options?: Pick<CallOptions, 'as'>): PseudoTerminal
  /** Ends the server and starts it again, under the same address. */
  restart(): Promise<void>
}

/** Starts a server on a folder of its own; settings are variables of its environment. */
export async function startServed(
  settings: Readonly<Record<string, string>> = {},
): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-cli-'))
  const repository = join(folder, 'repository')
  const data = join(folder, 'data')
  await cp(FOLDER, join(repository, 'lockstep'), { recursive: true })
  let server = await startServer({ ...settings, LOCKSTEP_DATA: data, LOCKSTEP_PORT: '0' })
  const { url } = server
  const lockstep: Served['lockstep'] = (typed, options = {}) => {
    const isProgram = options.interruptWhen !== undefined || NEEDS_A_PROGRAM.has(typed[0] ?? '')
    return (isProgram ? runProgram : runHere)(typed, options, folder, repository)
  }
  return {
    url,
    link: /http\S+\/setup#\w+/.exec(server.output)?.[0] ?? '',
    repository,
    data,
    lockstep,
    async ok(typed, options) {
      const { code, out, errors } = await lockstep(typed.split(' '), options)
      assert.equal(code, 0, `${typed}: ${out}${errors}`)
      return out
    },
    onScreen: (typed, { as = 'admin' } = {}) =>
      startOnScreen([process.execPath, MAIN, ...typed], {
        cwd: repository,
        env: environmentOf(folder, as),
        columns: 80,
        rows: 40,
      }),
    async restart() {
      await stop(server.child)
      const port = new URL(url).port
      server = await startServer({ ...settings, LOCKSTEP_DATA: data, LOCKSTEP_PORT: port })
    },
    async [Symbol.asyncDispose]() {
      await stop(server.child)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

interface Server {
  readonly child: ChildProcess
  readonly url: string
  /** What it said until it was ready. */
  readonly output: string
}

async function startServer(settings: Readonly<Record<string, string>>): Promise<Server> {
  const child = spawn(process.execPath, [SERVER], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      ...settings,
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
  return { child, url, output }
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

function environmentOf(folder: string, as: string): Readonly<Record<string, string | undefined>> {
  return {
    PATH: process.env['PATH'],
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    XDG_CONFIG_HOME: join(folder, 'people', as),
  }
}

/** Starts or stops a PostgreSQL or a server, which hear the signals of their process. */
const NEEDS_A_PROGRAM = new Set(['db', 'start'])

async function runHere(
  typed: readonly string[],
  { stdin = '', as = 'admin', environment = {} }: CallOptions,
  folder: string,
  cwd: string,
): Promise<Ended> {
  process.env['TZ'] = 'UTC' // Times are told in the zone of the process.
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const written = Promise.all([textOf(stdout), textOf(stderr)])
  const code = await runCommandLine({
    typed,
    environment: { ...environmentOf(folder, as), ...environment },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- pipes, as a shell connects them: nobody asks them for a screen
    streams: { stdin: Readable.from([stdin]), stdout, stderr } as unknown as Call['streams'],
    cwd,
    signal: new AbortController().signal,
  })
  stdout.end()
  stderr.end()
  const [out, errors] = await written
  return { code, out, errors }
}

async function textOf(stream: PassThrough): Promise<string> {
  let text = ''
  for await (const bytes of stream) text += String(bytes)
  return text
}

async function runProgram(
  typed: readonly string[],
  { stdin = '', as = 'admin', environment = {}, interruptWhen }: CallOptions,
  folder: string,
  cwd: string,
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...typed], {
    cwd,
    env: { ...environmentOf(folder, as), ...environment },
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
