// Brings ready work and waiting agents together: one claim at a time, for all that ask.

import { LEASE_MS } from '@lockstep/contract'
import { listToBeTold } from '../postgres/agents/agent-jobs.ts'
import { findAgents } from '../postgres/agents/agents.ts'
import type { AgentRecord } from '../postgres/agents/agents.ts'
import type { ClaimRequest, JobClaims } from '../ports/job-claims.ts'
import type { Queryable } from '../postgres/queryable.ts'
import { HeldPolls } from './hold-polls.ts'
import type { AskingPoll, Waiter } from './hold-polls.ts'

/** For hints that were lost, for work whose time has come, and for jobs that are to be ended. */
const LOOK_EVERY_MS = 1_000
/** Every so many looks also for what has become of the agents themselves, as through another node. */
const LOOKS_PER_REVIEW = 5
/** When all are woken they come back spread over this time. */
const SPREAD_MS = 250

/** The waiting agents of this node. */
export class AgentWaker implements Disposable {
  readonly held = new HeldPolls(() => this.#startGiving())
  readonly #db: Queryable
  readonly #claims: JobClaims
  readonly #random: () => number
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #stopped = new AbortController()
  /** Pools in which work may have become ready since it was looked. */
  #due = new Set<string>()
  #isAllDue = false
  #isAsked = false
  #isGiving = false
  #looks = 0

  constructor(db: Queryable, claims: JobClaims, random: () => number) {
    this.#db = db
    this.#claims = claims
    this.#random = random
    this.#lookLater()
  }

  /** Aborts when this node takes no more polls. */
  get stopped(): AbortSignal {
    return this.#stopped.signal
  }

  /** Work may have become ready in these pools; in any when absent. */
  nudge(pools?: readonly string[]): void {
    if (pools === undefined) this.#isAllDue = true
    else for (const pool of pools) this.#due.add(pool)
    this.#startGiving()
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

  #startGiving(): void {
    this.#isAsked = true
    if (this.#isGiving) return
    this.#isGiving = true
    // After everything that arrives in this turn of the event loop.
    setImmediate(() => void this.#giveAll())
  }

  /** One round at a time; who asks meanwhile is in the next. */
  async #giveAll(): Promise<void> {
    while (this.#isAsked && !this.stopped.aborted) {
      this.#isAsked = false
      await this.#give()
    }
    this.#isGiving = false
  }

  async #give(): Promise<void> {
    const due = this.#isAllDue ? undefined : this.#due
    this.#isAllDue = false
    this.#due = new Set()
    const asking = this.held.takeAsking(due)
    if (asking.length === 0) return
    try {
      const given = await this.#claims.claim(asking.map((poll) => requestOf(poll, due)))
      for (const [index, poll] of asking.entries()) poll.give(given[index] ?? [])
    } catch (cause) {
      for (const poll of asking) poll.fail(cause)
    }
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

function requestOf(
  { waiter, isNew }: AskingPoll,
  due: ReadonlySet<string> | undefined,
): ClaimRequest {
  const { agent, pools, environments, projects, running, freeSlots: limit } = waiter
  const isDue = (pool: string): boolean => isNew || due === undefined || due.has(pool)
  const may = { environments, projects, running, isOld: !isNew }
  return { agent, pools: pools.filter(isDue), limit, leaseMs: LEASE_MS, ...may }
}

/** Whether a look by the agent itself would see something else than its last one. */
function isChanged(waiter: Waiter, agent: AgentRecord | undefined): boolean {
  if (agent === undefined || agent.isVerifyAsked || agent.isDraining !== waiter.isDraining)
    return true
  return (
    isOther(waiter.environments, agent.environments) || isOther(waiter.projects, agent.projects)
  )
}

function isOther<Value>(before: readonly Value[], now: readonly Value[]): boolean {
  const known = new Set(before)
  return before.length !== now.length || !now.every((value) => known.has(value))
}
