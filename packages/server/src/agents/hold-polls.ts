// Agents that wait in a poll, until there is work for them or something to be told. Nothing is lost with it: who is forgotten
// here polls again, and work that is leased and was not begun is offered again.

import type { AgentId, EnvironmentId, JobId } from '@lockstep/domain'
import type { ClaimedJob } from '../ports/job-claims.ts'

/** What a waiting agent may be given. */
export interface Waiter {
  readonly agent: AgentId
  readonly pools: readonly string[]
  readonly environments: readonly EnvironmentId[]
  readonly projects: readonly number[]
  /** Takes nothing new when 0, and waits for what concerns the jobs that it has. */
  readonly freeSlots: number
  readonly running: readonly JobId[]
  readonly isDraining: boolean
}

/** One agent in its poll. */
export interface HeldPoll extends Disposable {
  /** Before each look at what the agent is to be told: from here on a wake-up is not lost. */
  look(): void
  /**
   * Asks for work, at least once, and waits until there is some. Returns with none when it was woken since the look began,
   * when the time is over or the signal aborts.
   */
  work(waiter: Waiter, mostMs: number, signal: AbortSignal): Promise<readonly ClaimedJob[]>
}

/** A poll that asks for work, as who gives it sees it. */
export interface AskingPoll {
  readonly waiter: Waiter
  /** It has just come; otherwise what is known of the agent may be old. */
  readonly isNew: boolean
  give(jobs: readonly ClaimedJob[]): void
  /** Work could not be looked for. Who has just come is told; who waits waits on. */
  fail(cause: unknown): void
}

class Held implements HeldPoll {
  readonly agent: AgentId
  readonly #polls: { readonly asked: () => void; readonly left: (held: Held) => void }
  #working: Working | undefined
  #isWoken = false

  constructor(agent: AgentId, polls: { asked: () => void; left: (held: Held) => void }) {
    this.agent = agent
    this.#polls = polls
  }

  /** Absent while it does not wait. */
  get working(): Working | undefined {
    return this.#working
  }

  look(): void {
    this.#isWoken = false
  }

  async work(waiter: Waiter, mostMs: number, signal: AbortSignal): Promise<readonly ClaimedJob[]> {
    if (signal.aborted) return []
    const working = new Working(waiter)
    this.#working = working
    const end = (): void => working.end()
    const leave = (): void => working.leave()
    const timer = setTimeout(end, Math.max(0, mostMs))
    signal.addEventListener('abort', leave, { once: true })
    if (this.#isWoken || mostMs <= 0) working.end()
    if (working.isAsking) this.#polls.asked()
    try {
      return await working.over
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', leave)
      this.#working = undefined
    }
  }

  wake(): void {
    this.#isWoken = true
    this.#working?.end()
  }

  [Symbol.dispose](): void {
    this.#polls.left(this)
  }
}

/** From the question for work to its end. While it is being answered it does not end: what is claimed for it is not left behind. */
class Working implements AskingPoll {
  readonly waiter: Waiter
  readonly over: Promise<readonly ClaimedJob[]>
  isNew: boolean
  isAnswered = false
  #isEnding = false
  readonly #resolve: (jobs: readonly ClaimedJob[]) => void
  readonly #reject: (cause: unknown) => void

  constructor(waiter: Waiter) {
    const { promise, resolve, reject } = Promise.withResolvers<readonly ClaimedJob[]>()
    this.waiter = waiter
    this.over = promise
    this.#resolve = resolve
    this.#reject = reject
    this.isNew = this.isAsking
  }

  get isAsking(): boolean {
    return this.waiter.freeSlots > 0 && !this.waiter.isDraining
  }

  /** Ends it, after the first answer. */
  end(): void {
    this.#isEnding = true
    if (!this.isNew) this.leave()
  }

  /** Ends it, though nothing was answered yet. */
  leave(): void {
    this.#isEnding = true
    if (!this.isAnswered) this.#resolve([])
  }

  give(jobs: readonly ClaimedJob[]): void {
    this.isNew = false
    this.isAnswered = false
    if (jobs.length > 0 || this.#isEnding) this.#resolve(jobs)
  }

  fail(cause: unknown): void {
    if (this.isNew) this.#reject(cause)
    else this.give([])
  }
}

/** All polls of this node. `asked` is called when one of them asks for work. */
export class HeldPolls {
  readonly #polls = new Set<Held>()
  readonly #asked: () => void

  constructor(asked: () => void) {
    this.#asked = asked
  }

  /** How many agents wait. */
  get size(): number {
    return this.#waiting().filter(({ isNew }) => !isNew).length
  }

  /** An agent comes with a poll; it is disposed when the poll is answered. */
  enter(agent: AgentId): HeldPoll {
    const held = new Held(agent, {
      asked: this.#asked,
      left: (left) => this.#polls.delete(left),
    })
    this.#polls.add(held)
    return held
  }

  /** What those who wait may be given. */
  waiters(): readonly Waiter[] {
    return this.#waiting().map(({ waiter }) => waiter)
  }

  /** Those that wait and have jobs that may be cancelled. */
  busy(): readonly AgentId[] {
    return this.waiters().flatMap(({ running, agent }) => (running.length > 0 ? [agent] : []))
  }

  /**
   * Those that have just asked for work, and those that wait for some of these pools, of any when absent; each is to be given
   * what there is, or to be failed. In order of arrival.
   */
  takeAsking(pools?: ReadonlySet<string>): readonly AskingPoll[] {
    const asking = this.#waiting().filter(
      ({ isAsking, isNew, isAnswered, waiter }) =>
        isAsking &&
        !isAnswered &&
        (isNew || pools === undefined || waiter.pools.some((pool) => pools.has(pool))),
    )
    for (const poll of asking) poll.isAnswered = true
    return asking
  }

  wakeAgents(agents: readonly AgentId[]): void {
    const wanted = new Set(agents)
    for (const held of this.#polls) if (wanted.has(held.agent)) held.wake()
  }

  wakeAll(): void {
    for (const held of this.#polls) held.wake()
  }

  #waiting(): readonly Working[] {
    return [...this.#polls].flatMap(({ working }) => (working === undefined ? [] : [working]))
  }
}
