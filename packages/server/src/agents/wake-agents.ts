// Brings ready work and waiting agents together: looks once for all of them, and wakes as many as there is work for.

import { listToBeTold } from '../postgres/agents/agent-jobs.ts'
import { findAgents } from '../postgres/agents/agents.ts'
import type { AgentRecord } from '../postgres/agents/agents.ts'
import { listReadyJobs } from '../postgres/jobs/ready-jobs.ts'
import type { Queryable } from '../postgres/queryable.ts'
import { HeldPolls } from './hold-polls.ts'
import type { Waiter } from './hold-polls.ts'

/** For hints that were lost, for work whose time has come, and for jobs that are to be ended. */
const LOOK_EVERY_MS = 1_000
/** Every so many looks also for what has become of the agents themselves, as through another node. */
const LOOKS_PER_REVIEW = 5
/** When all are woken they come back spread over this time. */
const SPREAD_MS = 250

/** The waiting agents of this node, and the eyes that they share. */
export class AgentWaker implements Disposable {
  readonly held = new HeldPolls(() => this.nudge())
  readonly #db: Queryable
  readonly #random: () => number
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #stopped = new AbortController()
  #isLooking = false
  #isDue = false
  #looks = 0

  constructor(db: Queryable, random: () => number) {
    this.#db = db
    this.#random = random
    this.#lookLater()
  }

  /** Aborts when this node takes no more polls. */
  get stopped(): AbortSignal {
    return this.#stopped.signal
  }

  /** Work may have become ready in these pools; in any when absent. */
  nudge(pools?: readonly string[]): void {
    if (pools !== undefined) {
      const takers = this.held.takers()
      if (!takers.some((taker) => pools.some((pool) => taker.pools.has(pool)))) return
    }
    this.#isDue = true
    if (!this.#isLooking) void this.#look()
  }

  /** Something beside the work has changed, as what an agent may do: all look again. */
  wakeAll(): void {
    for (const { agent } of this.held.waiters()) {
      this.#after(this.#random() * SPREAD_MS, () => this.held.wakeAgents([agent]))
    }
  }

  [Symbol.dispose](): void {
    this.#stopped.abort()
    for (const timer of this.#timers) clearTimeout(timer)
    this.held.wakeAll()
  }

  /** One look at a time; what is told meanwhile is looked at afterwards. */
  async #look(): Promise<void> {
    this.#isLooking = true
    try {
      while (this.#isDue && !this.stopped.aborted) {
        this.#isDue = false
        await this.#wakeTakers()
      }
    } catch {
      // The polls themselves tell when the database does not answer; the next look comes by itself.
    } finally {
      this.#isLooking = false
    }
  }

  async #wakeTakers(): Promise<void> {
    const takers = this.held.takers()
    if (takers.length === 0) return
    const reach = {
      pools: union(takers.map(({ pools }) => pools)),
      environments: union(takers.map(({ environments }) => environments)),
      projects: union(takers.map(({ projects }) => projects)),
    }
    const slots = takers.reduce((sum, { freeSlots }) => sum + freeSlots, 0)
    this.held.wakeFor(await listReadyJobs(this.#db, reach, slots))
  }

  #lookLater(): void {
    this.#after(LOOK_EVERY_MS, () => {
      this.nudge()
      this.#looks += 1
      const isReview = this.#looks % LOOKS_PER_REVIEW === 0
      void Promise.all([this.#wakeBusy(), isReview ? this.#wakeChanged() : undefined]).finally(() =>
        this.#lookLater(),
      )
    })
  }

  async #wakeChanged(): Promise<void> {
    const waiters = this.held.waiters()
    if (waiters.length === 0) return
    const ids = waiters.map(({ agent }) => agent)
    const found = await findAgents(this.#db, ids).catch(() => undefined)
    if (found === undefined) return // What cannot be read now is read with the next review.
    const changed = waiters.filter((waiter, index) => isChanged(waiter, found[index]))
    this.held.wakeAgents(changed.map(({ agent }) => agent))
  }

  async #wakeBusy(): Promise<void> {
    const busy = this.held.busy()
    if (busy.length === 0) return
    // What cannot be read now is read in a second.
    const told = await listToBeTold(this.#db, busy).catch(() => [])
    this.held.wakeAgents(told)
  }

  #after(ms: number, run: () => void): void {
    if (this.stopped.aborted) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      run()
    }, ms)
    this.#timers.add(timer)
  }
}

/** Whether a look by the agent itself would see something else than its last one. */
function isChanged(waiter: Waiter, agent: AgentRecord | undefined): boolean {
  if (agent === undefined || agent.isVerifyAsked || agent.isDraining !== waiter.isDraining)
    return true
  const { environments, projects } = waiter
  return (
    agent.environments.length !== environments.size ||
    agent.projects.length !== projects.size ||
    !agent.environments.every((id) => environments.has(id)) ||
    !agent.projects.every((number) => projects.has(number))
  )
}

function union<Value>(sets: readonly ReadonlySet<Value>[]): readonly Value[] {
  return [...new Set(sets.flatMap((set) => [...set]))]
}
