// What brings events by the database: messages that were not handed on, wake-ups, deadlines, jobs to be taken back.
// No claims are written: two nodes that pick the same row collide on it, and the share rule makes that rare.

import type { Client } from 'pg'
import type { Connection } from './connection.ts'
import { kindOfError } from './connection.ts'
import type { DatabaseClock } from './database-clock.ts'
import { readCancelled, readDeadlines } from './due-jobs.ts'
import { readMessages } from './messages.ts'
import { beat } from './nodes.ts'
import type { Share } from './nodes.ts'
import { PAGE_MAX } from './queue.ts'
import type { Queue } from './queue.ts'
import { inboxText } from './submission.ts'
import type { InboxKey, Submission } from './submission.ts'
import { Ticker } from './ticker.ts'
import { readWakeUps } from './wake-ups.ts'

const INBOX_EVERY_MS = 250
const WAKE_EVERY_MS = 100
/** With no other node every wake-up is set by ourselves: the next one is known, and looking more often finds nothing. */
const WAKE_ALONE_EVERY_MS = 1_000
const JOBS_EVERY_MS = 1_000
const HEARTBEAT_EVERY_MS = 1_000
/** After this long a message that was handed on in memory is handed on again. */
const HANDED_ON_MS = 5_000
/** Full pages are followed at once, but the queue gets a moment to empty. */
const NEXT_PAGE_MS = 10

export interface PollWith {
  readonly nodeId: string
  readonly version: string
  readonly queue: Queue
  readonly clock: DatabaseClock
  readonly report: (what: string, cause: unknown) => string
  /** This server has begun, or another one is gone: what it was asked is asked here. */
  readonly takeOver: (client: Client, share: Share) => Promise<void>
}

export class Pollers implements AsyncDisposable {
  readonly #with: PollWith
  readonly #connection: Connection
  readonly #handedOn = new Map<string, number>()
  readonly #wake: Ticker
  readonly #cancelled: Ticker
  readonly #tickers: readonly Ticker[]
  #share: Share = { nodes: 1, index: 0 }
  #alive: ReadonlySet<string> | undefined

  constructor(using: PollWith, connection: Connection) {
    this.#with = using
    this.#connection = connection
    this.#wake = this.#every(WAKE_ALONE_EVERY_MS, (client) => this.#takeWakeUps(client))
    this.#cancelled = this.#every(JOBS_EVERY_MS, (client) =>
      this.#takeJobs(readCancelled(client, this.#share)),
    )
    this.#tickers = [
      this.#wake,
      this.#cancelled,
      this.#every(INBOX_EVERY_MS, (client) => this.#takeMessages(client)),
      this.#every(JOBS_EVERY_MS, (client) => this.#takeJobs(readDeadlines(client, this.#share))),
      this.#every(HEARTBEAT_EVERY_MS, (client) => this.#beat(client)),
    ]
  }

  /** Whether no other node lives. */
  get isAlone(): boolean {
    return this.#share.nodes === 1
  }

  /** Tells the others that it lives, learns who else does and what time it is, and begins to look. */
  async start(): Promise<void> {
    await this.#connection.exclusive((client) => this.#beat(client))
    for (const ticker of this.#tickers) ticker.start()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#tickers.map((ticker) => ticker[Symbol.asyncDispose]()))
    await this.#connection
      .exclusive((client) => client.query('DELETE FROM nodes WHERE id = $1', [this.#with.nodeId]))
      .catch(() => undefined) // The others see within seconds that it is gone.
    await this.#connection[Symbol.asyncDispose]()
  }

  /** Notes that a message is on its way in memory, so that the next poll leaves it alone. */
  handOn(key: InboxKey): void {
    this.#handedOn.set(inboxText(key), performance.now())
  }

  /** The message was taken, and its row is gone. */
  taken(key: InboxKey): void {
    this.#handedOn.delete(inboxText(key))
  }

  /** An aggregate wants to be woken at this moment. */
  expectWake(at: number): void {
    this.#wake.nudge(at - this.#with.clock.now())
  }

  /** Jobs were cancelled: those that nobody has claimed end now. */
  nudgeCancelled(): void {
    this.#cancelled.nudge(0)
  }

  async #takeMessages(client: Client): Promise<number | undefined> {
    const { queue } = this.#with
    this.#forgetOldMessages()
    if (queue.isHalfFull) return undefined
    const messages = await readMessages(client, this.#share)
    for (const message of messages) {
      if (message.inbox === undefined || this.#handedOn.has(inboxText(message.inbox))) continue
      this.handOn(message.inbox)
      queue.add(message)
    }
    return messages.length === PAGE_MAX ? NEXT_PAGE_MS : undefined
  }

  #forgetOldMessages(): void {
    const old = performance.now() - HANDED_ON_MS
    for (const [key, since] of this.#handedOn) {
      if (since > old) return
      this.#handedOn.delete(key)
    }
  }

  async #takeWakeUps(client: Client): Promise<number | undefined> {
    const { queue, clock } = this.#with
    const everyMs = this.isAlone ? WAKE_ALONE_EVERY_MS : WAKE_EVERY_MS
    if (queue.isHalfFull) return NEXT_PAGE_MS
    const { due, nextAt, now } = await readWakeUps(client, this.#share)
    clock.observe(now)
    for (const wake of due) if (!queue.has(wake.place.id, 'woken')) queue.add(wake)
    if (due.length === PAGE_MAX) return NEXT_PAGE_MS
    return nextAt === undefined ? everyMs : Math.min(everyMs, Math.max(1, nextAt - now))
  }

  async #takeJobs(reading: Promise<readonly Submission[]>): Promise<number | undefined> {
    const ended = await reading
    const { queue } = this.#with
    for (const submission of ended) queue.add(submission)
    return ended.length === PAGE_MAX ? NEXT_PAGE_MS : undefined
  }

  async #beat(client: Client): Promise<undefined> {
    const { nodeId, version, clock } = this.#with
    const heard = await beat(client, nodeId, version)
    clock.observe(heard.now)
    this.#share = heard.share
    const before = this.#alive
    this.#alive = heard.alive
    if (before === undefined || [...before].some((node) => !heard.alive.has(node))) {
      await this.#with.takeOver(client, heard.share)
    }
    return undefined
  }

  #every(everyMs: number, tick: (client: Client) => Promise<number | undefined>): Ticker {
    return new Ticker({
      everyMs,
      tick: () => this.#connection.exclusive(tick),
      onError: (cause) => {
        if (kindOfError(cause) === 'lost') this.#connection.drop()
        this.#with.report('the database could not be polled', cause)
      },
    })
  }
}
