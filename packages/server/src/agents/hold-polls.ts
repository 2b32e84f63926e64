// Agents that wait in a poll, woken when something may be for them. Hints only: whoever waits looks by itself in the end.

import type { AgentId, EnvironmentId } from '@lockstep/domain'
import type { ReadyJob } from '../postgres/jobs/ready-jobs.ts'

/** What a waiting agent may be given. */
export interface Waiter {
  readonly agent: AgentId
  readonly pools: ReadonlySet<string>
  readonly environments: ReadonlySet<EnvironmentId>
  readonly projects: ReadonlySet<number>
  /** Takes nothing new when 0, and waits for what concerns the jobs that it has. */
  readonly freeSlots: number
  readonly hasJobs: boolean
  readonly isDraining: boolean
}

/** One agent in its poll: it looks, then it waits, and looks again when it was woken. */
export interface HeldPoll extends Disposable {
  /** Before each look: from here on a wake-up is not lost, though nobody waits for it yet. */
  look(waiter: Waiter): void
  /** Waits until it is woken, the time is over, or the signal aborts. Returns at once when it was woken since the look began. */
  wait(mostMs: number, signal: AbortSignal): Promise<void>
}

class Held implements HeldPoll {
  waiter: Waiter | undefined
  /** Set while it waits. */
  wakeUp: (() => void) | undefined
  isWoken = false
  readonly #left: (held: Held) => void

  constructor(left: (held: Held) => void) {
    this.#left = left
  }

  look(waiter: Waiter): void {
    this.waiter = waiter
    this.isWoken = false
  }

  wait(mostMs: number, signal: AbortSignal): Promise<void> {
    if (this.isWoken || signal.aborted || mostMs <= 0) return Promise.resolve()
    return new Promise((resolve) => {
      const wakeUp = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wakeUp)
        this.wakeUp = undefined
        resolve()
      }
      const timer = setTimeout(wakeUp, mostMs)
      signal.addEventListener('abort', wakeUp, { once: true })
      this.wakeUp = wakeUp
    })
  }

  wake(): void {
    this.isWoken = true
    this.wakeUp?.()
  }

  serves({ pool, project, environment }: ReadyJob): boolean {
    const { waiter } = this
    if (waiter === undefined || waiter.freeSlots === 0 || !waiter.pools.has(pool)) return false
    return environment === null
      ? waiter.projects.has(project)
      : waiter.environments.has(environment)
  }

  [Symbol.dispose](): void {
    this.#left(this)
  }
}

/** All polls of this node. Ready work wakes as many agents as there are jobs, not everybody who could do it. */
export class HeldPolls {
  readonly #polls = new Set<Held>()
  readonly #passOn: () => void

  /** `passOn` is called when an agent leaves that was woken and did not look: what it was woken for may be left. */
  constructor(passOn: () => void = () => undefined) {
    this.#passOn = passOn
  }

  /** How many agents wait. */
  get size(): number {
    return [...this.#polls].filter(({ wakeUp }) => wakeUp !== undefined).length
  }

  /** An agent comes with a poll; it is disposed when the poll is answered. */
  enter(): HeldPoll {
    const held = new Held((left) => {
      this.#polls.delete(left)
      if (left.isWoken) this.#passOn()
    })
    this.#polls.add(held)
    return held
  }

  /** What all of them may be given. */
  waiters(): readonly Waiter[] {
    return [...this.#polls].flatMap(({ waiter }) => (waiter === undefined ? [] : [waiter]))
  }

  /** Those that wait and would take new work. */
  takers(): readonly Waiter[] {
    return this.waiters().filter(({ freeSlots }) => freeSlots > 0)
  }

  /** Those that wait and have jobs that may be cancelled. */
  busy(): readonly AgentId[] {
    return this.waiters().flatMap(({ hasJobs, agent }) => (hasJobs ? [agent] : []))
  }

  /** Wakes one agent for each job: of those that may take it the one that came first, and who waits before who still looks. */
  wakeFor(jobs: readonly ReadyJob[]): void {
    const free = new Set([...this.#polls].filter(({ isWoken }) => !isWoken))
    const waiting = new Set([...free].filter(({ wakeUp }) => wakeUp !== undefined))
    for (const job of jobs) {
      const found = firstServing(waiting, job) ?? firstServing(free, job)
      if (found === undefined) continue
      waiting.delete(found)
      free.delete(found)
      found.wake()
    }
  }

  wakeAgents(agents: readonly AgentId[]): void {
    const wanted = new Set(agents)
    for (const held of this.#polls) {
      if (held.waiter !== undefined && wanted.has(held.waiter.agent)) held.wake()
    }
  }

  wakeAll(): void {
    for (const held of this.#polls) held.wake()
  }
}

function firstServing(polls: ReadonlySet<Held>, job: ReadyJob): Held | undefined {
  for (const held of polls) if (held.serves(job)) return held
  return undefined
}
