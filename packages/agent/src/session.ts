// The agent's life with its server: polls, takes jobs, finds again what it was doing before.
import { statfsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { AGENT_PROTOCOL } from '@lockstep/contract/agent'
import type { JobMessage, PollAnswer, PollRequest } from '@lockstep/contract/agent'
import type { AgentConfig } from './config.ts'
import { BackOff } from './connection/back-off.ts'
import { ConnectionFault } from './connection/http-exchange.ts'
import type { Answer, ServerCalls } from './connection/server-calls.ts'
import { JobRun } from './job/job-run.ts'
import type { JobDeps } from './job/job-deps.ts'
import type { Program } from './job/supervisor.ts'
import { createJobFolder, jobFolder, listJobFolders } from './journal/job-folder.ts'
import type { JobFolder } from './journal/job-folder.ts'
import { appendEntry, readJournal } from './journal/journal.ts'
import { LockTokens } from './lock-tokens.ts'
import { InstalledWatch } from './verify-installed.ts'
import { AGENT_VERSION } from './version.ts'

export interface SessionDeps {
  readonly config: AgentConfig
  readonly calls: ServerCalls
  readonly program: Program
  readonly say: (sentence: string) => void
}

/** Below this much free disk nothing new is taken: a log must find room. */
const DISK_BYTES_MIN = 64 * 1024 * 1024

export class AgentSession {
  readonly #deps: SessionDeps
  readonly #jobDeps: JobDeps
  readonly #runs = new Map<string, JobRun>()
  readonly #working = new Set<Promise<void>>()
  readonly #tokens: LockTokens
  readonly #installed: InstalledWatch
  readonly #stopping: AbortSignal
  readonly #over = new AbortController()
  #polling = new AbortController()
  #contactAt = performance.now()
  #isDraining = false
  #takenCount = 0

  constructor(deps: SessionDeps, stopping: AbortSignal) {
    this.#deps = deps
    this.#stopping = stopping
    this.#jobDeps = {
      ...deps,
      stopping,
      askNext: (ended) => this.#nextRequest(ended),
      follow: (answer) => this.#follow(answer),
    }
    this.#tokens = new LockTokens(deps.config.stateDir)
    this.#installed = new InstalledWatch(deps.config)
  }

  /**
   * Works until it is stopped, until `--once` has had its job, or until there was no contact and no work for too long.
   * Jobs that run go on; the next session finds them.
   */
  async run(): Promise<'stopped' | 'done' | 'silent'> {
    this.#reattach()
    await this.#lookAgain()
    const verifying = this.#verifyAgainAndAgain()
    try {
      return await this.#pollAgainAndAgain()
    } finally {
      this.#over.abort()
      await verifying.catch(() => undefined)
      await Promise.allSettled(this.#working)
    }
  }

  #reattach(): void {
    for (const folder of listJobFolders(this.#deps.config.stateDir)) {
      if (!readJournal(folder.journal).isAcknowledged) this.#startRun(folder)
    }
  }

  async #pollAgainAndAgain(): Promise<'stopped' | 'done' | 'silent'> {
    const { config, say } = this.#deps
    const backOff = new BackOff(config.retryMs)
    for (;;) {
      if (this.#stopping.aborted) return 'stopped'
      if (config.isOnce && this.#takenCount > 0 && this.#runs.size === 0) return 'done'
      if (this.#isSilent()) return 'silent'
      const answer = await this.#poll()
      if (answer === 'again') continue
      if (answer.ok) {
        backOff.reset()
        this.#contactAt = performance.now()
        await this.#follow(answer.value)
        continue
      }
      say(`The server does not answer a poll: ${answer.detail}`)
      const pauseMs = backOff.nextMs(answer.retryAfterMs)
      await delay(pauseMs, undefined, { signal: this.#stopping }).catch(() => undefined)
    }
  }

  /** `again`: there is news, so the poll that waited was given up for another one. */
  async #poll(): Promise<Answer<PollAnswer> | 'again'> {
    this.#polling = new AbortController()
    const signal = AbortSignal.any([this.#stopping, this.#polling.signal])
    const request = this.#pollRequest()
    if (request.installed !== undefined) this.#installed.saying(request.installed)
    try {
      const answer = await this.#deps.calls.poll(request, signal)
      if (answer.ok) this.#installed.said()
      return answer
    } catch (error) {
      if (signal.aborted) return 'again'
      if (!(error instanceof ConnectionFault)) throw error
      const { message: detail } = error
      return { ok: false, status: 0, code: 'no_answer', detail, length: undefined, retryAfterMs: 0 }
    } finally {
      this.#installed.unheard()
    }
  }

  #pollRequest(): PollRequest {
    const { labels } = this.#deps.config
    const installed = this.#installed.unsaid
    return {
      protocol: AGENT_PROTOCOL,
      version: AGENT_VERSION,
      labels: [...labels],
      running: [...this.#runs.values()].map((run) => run.held),
      freeSlots: this.#countFreeSlots(),
      ...(installed === undefined ? {} : { installed: [...installed] }),
    }
  }

  /** For the slot of a job that ends. What it leaves on the host is told with the next poll. */
  #nextRequest({ job, fence }: JobFolder): PollRequest | undefined {
    const { config } = this.#deps
    if (this.#isDraining || config.isOnce || this.#stopping.aborted || !this.#hasDisk())
      return undefined
    const ended = keyOf(job, fence)
    return {
      protocol: AGENT_PROTOCOL,
      version: AGENT_VERSION,
      labels: [...config.labels],
      running: [...this.#runs].flatMap(([key, run]) => (key === ended ? [] : [run.held])),
      freeSlots: 1,
    }
  }

  #countFreeSlots(): number {
    const { config } = this.#deps
    if (this.#isDraining || !this.#hasDisk()) return 0
    if (config.isOnce) return this.#takenCount === 0 ? 1 : 0
    return Math.max(0, config.slots - this.#runs.size)
  }

  #hasDisk(): boolean {
    const { bavail, bsize } = statfsSync(this.#deps.config.stateDir)
    return bavail * bsize >= DISK_BYTES_MIN
  }

  async #follow(answer: PollAnswer): Promise<void> {
    this.#isDraining = answer.drain
    for (const { job, fence, graceMs } of answer.cancel) {
      this.#runs.get(keyOf(job, fence))?.cancel(graceMs)
    }
    for (const message of answer.jobs) this.#accept(message)
    if (answer.verify) {
      this.#installed.forget()
      await this.#installed.look({ isThorough: true })
    }
  }

  /** A job that is offered again is not begun again: its journal goes on where it was, or answers. */
  #accept(message: JobMessage): void {
    const { job, fence, environment, lockToken } = message.envelope
    if (this.#runs.has(keyOf(job, fence))) return
    const folder = jobFolder(this.#deps.config.stateDir, job, fence)
    const isKnown = readJournal(folder.journal).isAcknowledged
    try {
      createJobFolder(folder, message)
      if (!isKnown && environment !== null && lockToken !== null) {
        if (!this.#tokens.admit(environment.id, lockToken, message.envelope.instance))
          refuseToken(folder, environment.name)
      }
    } catch (error) {
      // Nothing was begun: the lease is offered again with the next poll.
      this.#deps.say(`${job} could not be taken: ${String(error)}`)
      return
    }
    this.#takenCount += 1
    this.#startRun(folder)
  }

  #startRun(folder: JobFolder): void {
    const run = new JobRun(this.#jobDeps, folder)
    const key = keyOf(folder.job, folder.fence)
    this.#runs.set(key, run)
    const working = this.#watch(run, key)
    this.#working.add(working)
    void working.finally(() => this.#working.delete(working))
  }

  async #watch(run: JobRun, key: string): Promise<void> {
    try {
      await run.run()
    } catch (error) {
      if (!this.#stopping.aborted) {
        this.#deps.say(
          `${run.folder.job} is left alone until the agent starts again: ${String(error)}`,
        )
        return // Still listed as held, so that nobody begins it a second time.
      }
    }
    this.#runs.delete(key)
    if (this.#stopping.aborted) return
    await this.#lookAgain()
    this.#polling.abort() // A slot is free, and what runs may have changed.
  }

  /** A host that cannot be read now is read with the next look. */
  async #lookAgain(): Promise<boolean> {
    try {
      return await this.#installed.look()
    } catch (error) {
      this.#deps.say(`What runs could not be read: ${String(error)}`)
      return false
    }
  }

  async #verifyAgainAndAgain(): Promise<void> {
    const { verifyEveryMs } = this.#deps.config
    const signal = AbortSignal.any([this.#stopping, this.#over.signal])
    for (;;) {
      await delay(verifyEveryMs, undefined, { signal })
      if (await this.#lookAgain()) this.#polling.abort()
    }
  }

  #isSilent(): boolean {
    const silentMs = performance.now() - this.#contactAt
    return this.#runs.size === 0 && silentMs > this.#deps.config.silenceMsMax
  }
}

function keyOf(job: string, fence: number): string {
  return `${job}.${fence}`
}

/** Ends a job that comes with a lock which another run has taken over since. */
function refuseToken(folder: JobFolder, environment: string): void {
  appendEntry(folder.journal, {
    type: 'exited',
    ending: {
      outcome: 'errored',
      exitCode: null,
      reason: `stale_lock_token: another run has had ${environment} since this job was made; nothing was done.`,
      durationMs: 0,
    },
  })
}
