// A real agent in a process of its own, with a host to work on, that a test may kill and start again.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { SmallDisk } from '@lockstep/testkit'
import type { ProcessName } from '../src/exec/process-name.ts'
import { MARK_NAME } from '../src/exec/process-tree.ts'
import { readOwnJson } from '../src/journal/durable-file.ts'
import { endJobs } from './end-jobs.ts'
import { ENROL_TOKEN } from './protocol-server.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** Waits until the condition holds; says what it waited for when it does not come true. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 120_000,
): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`)
    await delay(20)
  }
}

/** For a second no byte of the log has come. */
export async function hasStopped(job: { readonly logLength: number }): Promise<boolean> {
  const before = job.logLength
  await delay(1_000)
  return job.logLength === before
}

export class TestAgent implements AsyncDisposable {
  readonly folder: string
  readonly stateDir: string
  readonly hostRoot: string
  readonly #server: string
  readonly #env: Readonly<Record<string, string>>
  readonly #program: readonly string[]
  readonly #disk: SmallDisk | undefined
  #child: ChildProcess | undefined
  said = ''

  constructor(
    server: string,
    options: {
      env?: Readonly<Record<string, string>>
      stateDir?: string
      /** The folder of its state is on this disk. */
      disk?: SmallDisk
      program?: string
    } = {},
  ) {
    this.#server = server
    this.#env = options.env ?? {}
    this.#disk = options.disk
    this.#program = [options.program ?? MAIN]
    this.folder = mkdtempSync(join(tmpdir(), 'lockstep-agent-test-'))
    this.stateDir = options.stateDir ?? join(options.disk?.outside ?? this.folder, 'state')
    this.hostRoot = join(this.folder, 'host')
    mkdirSync(this.hostRoot)
  }

  start(...args: readonly string[]): this {
    const disk = this.#disk
    const [command, ...rest] = [...(disk?.enter ?? []), process.execPath, ...this.#program, ...args]
    const child = spawn(command ?? '', rest, {
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        LOCKSTEP_SERVER: this.#server,
        LOCKSTEP_AGENT_STATE: disk === undefined ? this.stateDir : join(disk.path, 'state'),
        LOCKSTEP_AGENT_NAME: 'host',
        LOCKSTEP_AGENT_LABELS: 'linux,dev',
        LOCKSTEP_AGENT_ROOT: this.hostRoot,
        LOCKSTEP_ENROL_TOKEN: ENROL_TOKEN,
        LOCKSTEP_AGENT_RETRY_MS: '20',
        ...this.#env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.said += text
    })
    this.#child = child
    return this
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** Kills the agent without a word, and waits until it is gone. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const child = this.#child
    if (child === undefined) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await gone
  }

  /** Kills the agent `ms` from now: a sweep of such moments hits what no signal names. */
  async killAfter(ms: number): Promise<void> {
    await delay(ms)
    await this.kill()
  }

  async exitCode(): Promise<number | null> {
    const child = this.#child
    await until('the agent ends', () => child?.exitCode !== null || child.signalCode !== null)
    return child?.exitCode ?? null
  }

  journalPath(job: { readonly id: string; readonly fence: number }): string {
    return join(this.stateDir, 'jobs', `${job.id}.${job.fence}`, 'journal')
  }

  /** The journals by job and fence. */
  journalTexts(): readonly string[] {
    const jobs = join(this.stateDir, 'jobs')
    if (!existsSync(jobs)) return []
    return readdirSync(jobs).flatMap((name) => {
      const path = join(jobs, name, 'journal')
      return existsSync(path) ? [readFileSync(path, 'utf8')] : []
    })
  }

  supervisorPid(job: { readonly id: string; readonly fence: number }): number {
    const path = join(this.stateDir, 'jobs', `${job.id}.${job.fence}`, 'claim')
    return readOwnJson<ProcessName>(path)?.pid ?? 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    endJobs(this.stateDir)
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Living processes with the mark of this lease. */
export function listMarked(mark: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8')
          .split('\0')
          .includes(`${MARK_NAME}=${mark}`)
      } catch {
        return false
      }
    })
    .map(Number)
}
