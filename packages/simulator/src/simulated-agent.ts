// An agent without commands: it enrols, polls, and acts its jobs out as its behaviour says. Hundreds fit into one process.

import { setTimeout as delay } from 'node:timers/promises'
import {
  AGENT_PROTOCOL,
  EnrolAnswer,
  FinishAnswer,
  LOG_CHUNK_BYTES_MAX,
  LogAnswer,
  PollAnswer,
} from '@lockstep/contract/agent'
import type { JobEnvelope, PollRequest } from '@lockstep/contract/agent'
import { AgentCalls } from './agent-calls.ts'
import { createAgentKey } from './agent-key.ts'
import type { AgentKey } from './agent-key.ts'
import type { Act, Behaviour } from './behaviour.ts'
import { chanceOf } from './chance.ts'
import { Connection } from './connection.ts'
import { LogText } from './log-text.ts'

export interface SimulatedAgentSettings {
  /** `http://127.0.0.1:4600`. */
  readonly server: string
  readonly name: string
  /** The one-time token that a person made for an agent of this name. */
  readonly token: string
  readonly labels: readonly string[]
  readonly behave: Behaviour
  /** The same seed gives the same key, logs and chances. */
  readonly seed: number
  /** How many jobs at once; one when absent. */
  readonly slots?: number
  /** While it works it tells what it holds so often; every five seconds when absent. */
  readonly renewEveryMs?: number
  /** So many bytes of log at once; as many as the protocol allows when absent. */
  readonly logChunkBytes?: number
  /** This share of the server's answers gets lost on the way; none when absent. */
  readonly losesAnswers?: number
  /** Hears of every job: the server has noted that it begins, has taken its end, or does not want it from this agent any more. */
  readonly onJob?: (what: 'started' | 'ended' | 'refused', job: JobEnvelope) => void
}

/** What a real agent keeps on its disk: it survives being killed. */
interface JournalEntry {
  readonly job: JobEnvelope
  /** By this machine's clock; undefined before. */
  beganAt?: number
  cancel: AbortController
}

const VERSION = 'simulated'
/** Well before a lease of a minute is over, and soon enough to hear that a job is to be ended. */
const RENEW_EVERY_MS = 5_000
const FOR_EVER_MS = 2 ** 31 - 1

export class SimulatedAgent implements AsyncDisposable {
  readonly #settings: SimulatedAgentSettings
  readonly #key: AgentKey
  readonly #text: LogText
  readonly #journal = new Map<string, JournalEntry>()
  #life: { readonly kill: AbortController; readonly over: Promise<void> } | undefined
  #chances = 0
  #repeats = 0

  constructor(settings: SimulatedAgentSettings) {
    this.#settings = settings
    this.#key = createAgentKey(settings.seed, settings.name)
    this.#text = new LogText(settings.seed)
  }

  /** How many calls had to be made again because no answer came. */
  get repeats(): number {
    return this.#repeats
  }

  /** Begins to work, or goes on after it was killed. */
  start(): void {
    if (this.#life !== undefined) return
    const kill = new AbortController()
    this.#life = { kill, over: this.#live(kill.signal) }
  }

  /** Ends as `kill -9` ends a real one: connections break off, everything is forgotten but what stands in the journal. */
  async kill(): Promise<void> {
    const life = this.#life
    life?.kill.abort()
    await life?.over
    this.#life = undefined
  }

  /** Resolves when the server has shut this agent out, or when it was killed. Rejects when the server answers what it must not. */
  async ended(): Promise<void> {
    await this.#life?.over
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill()
  }

  // ── a life ───────────────────────────────────────────────────────────────────────────────────

  async #live(killed: AbortSignal): Promise<void> {
    const { server, losesAnswers = 0 } = this.#settings
    using connection = new Connection(server)
    const cut = (): void => connection[Symbol.dispose]()
    killed.addEventListener('abort', cut, { once: true })
    const calls = new AgentCalls({
      connection,
      key: this.#key,
      killed,
      chance: () => this.#nextChance(),
      losesAnswers,
      repeated: () => {
        this.#repeats += 1
      },
    })
    try {
      await this.#enrol(calls)
      while (await this.#takeWork(calls, killed)) continue
    } catch (error) {
      if (!killed.aborted) throw error
    }
  }

  #nextChance(): number {
    this.#chances += 1
    return chanceOf(this.#settings.seed, this.#settings.name, this.#chances)
  }

  async #enrol(calls: AgentCalls): Promise<void> {
    const { token, name, labels } = this.#settings
    const answer = await calls.enrol({
      token,
      name,
      labels: [...labels],
      publicKey: this.#key.publicPart,
      protocol: AGENT_PROTOCOL,
      version: VERSION,
      platform: 'simulated',
    })
    if (!answer.ok) throw new Error(`${name} cannot enrol: ${answer.code}`)
    calls.identify(EnrolAnswer.parse(answer.body).agent)
  }

  /** Does what the journal holds, then asks for more. False when the server shuts this agent out. */
  async #takeWork(calls: AgentCalls, killed: AbortSignal): Promise<boolean> {
    if (this.#journal.size > 0) {
      await this.#workAll(calls, killed)
      return true
    }
    const answer = await calls.poll(this.#pollRequest(this.#countFreeSlots()))
    if (!answer.ok) return answer.code !== 'not_authentic'
    this.#follow(PollAnswer.parse(answer.body))
    return true
  }

  #countFreeSlots(): number {
    return Math.max(0, (this.#settings.slots ?? 1) - this.#journal.size)
  }

  /** What it holds, without the job that ends, and for how many more there is room. */
  #pollRequest(freeSlots: number, ends?: string): PollRequest {
    const running = [...this.#journal.values()]
      .filter(({ job: { job } }) => job !== ends)
      .map(({ job: { job, fence } }) => ({ job, fence, logOffset: 0 }))
    const labels = [...this.#settings.labels]
    return { protocol: AGENT_PROTOCOL, version: VERSION, labels, running, freeSlots }
  }

  #follow({ jobs, cancel }: PollAnswer): void {
    for (const { job } of cancel) this.#journal.get(job)?.cancel.abort()
    for (const { envelope } of jobs) {
      if (this.#journal.has(envelope.job)) continue
      this.#journal.set(envelope.job, {
        job: envelope,
        cancel: new AbortController(),
      })
    }
  }

  /**
   * Works on everything in the journal, also on what comes with the answer to an end, until nothing is left. What fails
   * first is thrown when all is over: being killed ends everything at once, and nothing may be left that nobody waits for.
   */
  async #workAll(calls: AgentCalls, killed: AbortSignal): Promise<void> {
    const done = new AbortController()
    const failures: unknown[] = []
    const fail = (error: unknown): void => {
      failures.push(error)
    }
    const renewing = this.#renewLeases(calls, AbortSignal.any([done.signal, killed])).catch(fail)
    const working = new Map<string, Promise<void>>()
    const begin = (): void => {
      for (const entry of this.#journal.values()) {
        const { job } = entry.job
        if (working.has(job) || failures.length > 0) continue
        const work = this.#work(calls, entry, killed).catch(fail)
        working.set(
          job,
          work.then(() => {
            working.delete(job)
            begin()
          }),
        )
      }
    }
    begin()
    while (working.size > 0) await Promise.all(working.values())
    done.abort()
    await renewing
    if (failures.length > 0) throw failures[0]
  }

  async #renewLeases(calls: AgentCalls, until: AbortSignal): Promise<void> {
    while (await waited(this.#settings.renewEveryMs ?? RENEW_EVERY_MS, until)) {
      const answer = await calls.poll({ ...this.#pollRequest(0), hurry: true })
      if (answer.ok) this.#follow(PollAnswer.parse(answer.body))
    }
  }

  // ── a job ────────────────────────────────────────────────────────────────────────────────────

  async #work(calls: AgentCalls, entry: JournalEntry, killed: AbortSignal): Promise<void> {
    const isTaken = await this.#act(calls, entry, killed)
    this.#journal.delete(entry.job.job)
    this.#settings.onJob?.(isTaken ? 'ended' : 'refused', entry.job)
  }

  /** Whether the server has taken the end of the job. */
  async #act(calls: AgentCalls, entry: JournalEntry, killed: AbortSignal): Promise<boolean> {
    const { job } = entry
    const { behave, onJob } = this.#settings
    const act = behave(job)
    if (entry.beganAt === undefined) {
      if (!(await calls.start(job.job, job.fence)).ok) return false
      entry.beganAt = performance.now()
      onJob?.('started', job)
    }
    const began = performance.now()
    if (act.vanishesMs > 0) await pause(act.vanishesMs, killed)
    const printed =
      act.says === undefined
        ? await this.#print(calls, job, act.printsBytes)
        : await this.#say(calls, job, act.says)
    if (printed === undefined) return false
    if (act.takesMs > 0) await waited(act.takesMs, AbortSignal.any([entry.cancel.signal, killed]))
    killed.throwIfAborted()
    const isAborted = entry.cancel.signal.aborted
    const answer = await calls.finish(job.job, {
      fence: job.fence,
      verdict: 'ended',
      report: reportOf(job, act, isAborted),
      logLength: printed,
      durationMs: Math.round(performance.now() - began),
      reports: [],
      sbom: null,
      next: this.#pollRequest(this.#countFreeSlots() + 1, job.job),
    })
    if (answer.ok) {
      const { next } = FinishAnswer.parse(answer.body)
      if (next !== undefined) this.#follow(next)
    }
    return answer.ok
  }

  /** Brings the log up to its end, from where the server says that it is. undefined when the server does not want it any more. */
  async #print(calls: AgentCalls, job: JobEnvelope, bytes: number): Promise<number | undefined> {
    return this.#append(calls, job, 0, bytes, (from, to) => this.#text.read(job.job, from, to))
  }

  /** Brings what is said, piece by piece. undefined as above. */
  async #say(
    calls: AgentCalls,
    job: JobEnvelope,
    texts: Iterable<string> | AsyncIterable<string>,
  ): Promise<number | undefined> {
    let length = 0
    for await (const text of texts) {
      const start = length
      const bytes = Buffer.from(text)
      const end = await this.#append(calls, job, start, start + bytes.length, (from, to) =>
        bytes.subarray(from - start, to - start),
      )
      if (end === undefined) return undefined
      length = end
    }
    return length
  }

  async #append(
    calls: AgentCalls,
    { job, fence }: JobEnvelope,
    from: number,
    end: number,
    read: (from: number, to: number) => Buffer,
  ): Promise<number | undefined> {
    const { logChunkBytes = LOG_CHUNK_BYTES_MAX } = this.#settings
    let offset = from
    while (offset < end) {
      const ms = Math.round(performance.now() - (this.#journal.get(job)?.beganAt ?? 0))
      const to = Math.min(end, offset + logChunkBytes)
      const answer = await calls.appendLog(job, { fence, offset, ms }, read(offset, to))
      if (answer.ok) offset = LogAnswer.parse(answer.body).length
      else if (answer.code === 'wrong_offset' && answer.length !== undefined) offset = answer.length
      else return undefined
    }
    return end
  }
}

function reportOf({ to }: JobEnvelope, { exitCode }: Act, isAborted: boolean) {
  if (isAborted) {
    return { outcome: 'aborted' as const, exitCode: null, reason: 'The server asked to end it.' }
  }
  if (exitCode === 0) {
    return { outcome: 'succeeded' as const, exitCode, reason: null, ...(to ? { runs: to } : {}) }
  }
  return { outcome: 'failed' as const, exitCode, reason: `Ended with ${exitCode}.` }
}

/** Nothing is heard for so long; being killed ends it with a rejection. */
async function pause(ms: number, killed: AbortSignal): Promise<void> {
  if (!(await waited(Math.min(ms, FOR_EVER_MS), killed))) killed.throwIfAborted()
}

/** False when the signal came first. */
async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await delay(ms, undefined, { signal })
    return true
  } catch {
    return false
  }
}
