// Commits what was folded, under the head of its own lane, and finds out what happened when the answer is lost.

import type { Client } from 'pg'
import { setTimeout as delay } from 'node:timers/promises'
import type { Connection } from './connection.ts'
import { kindOfError } from './connection.ts'
import type { DatabaseClock } from './database-clock.ts'
import { outgoingOf, sealFor } from './flush-rows.ts'
import { closeLane, fenceOf, openLane, resolveDoubt } from './lane.ts'
import type { Lane } from './lane.ts'
import type { Outbox } from './outbox.ts'
import { buildFlush } from './statement.ts'
import type { FlushAnswer, FlushRows, FlushSeal, FlushStatement } from './statement.ts'

const SHORTAGE_PAUSE_MS = 200

export type WriteOutcome =
  | { readonly kind: 'committed'; readonly lane: number; readonly n: number }
  /** Nothing was written: these locks were not as expected. */
  | {
      readonly kind: 'conflict'
      readonly answer: FlushAnswer
      readonly checks: FlushStatement['checks']
    }
  /** Nothing was written, and the same may succeed in a moment. */
  | { readonly kind: 'again' }
  /** Nothing was written, and the same would be refused again. */
  | { readonly kind: 'refused'; readonly cause: unknown }

export interface WriteWith {
  readonly nodeId: string
  readonly clock: DatabaseClock
  readonly outbox: Outbox | undefined
  readonly report: (what: string, cause: unknown) => string
  /** A lane of this process: what is committed there is known here without reading. */
  readonly opened: (lane: number) => void
}

export class LaneWriter implements AsyncDisposable {
  readonly #with: WriteWith
  readonly #connection: Connection
  #lane: Lane | undefined

  constructor(using: WriteWith, connection: Connection) {
    this.#with = using
    this.#connection = connection
  }

  async start(): Promise<void> {
    this.#lane = await openLane(await this.#connection.client(), this.#with.nodeId)
    this.#with.opened(this.#lane.id)
  }

  /** Closes the lane. One that stays open harms nobody: it says only that its process did not end in order. */
  async [Symbol.asyncDispose](): Promise<void> {
    const lane = this.#lane
    this.#lane = undefined
    if (lane === undefined) return
    await this.#connection
      .client()
      .then((client) => closeLane(client, lane))
      .catch(() => undefined)
  }

  /** All of it or nothing. The rows without events need no seal: whatever they delete is found deleted by a repetition. */
  async write(rows: FlushRows): Promise<WriteOutcome> {
    const seal = rows.events.length === 0 ? undefined : sealFor(this.#ownLane(), rows)
    let statement: FlushStatement
    try {
      statement = buildFlush(rows, seal)
    } catch (cause) {
      return { kind: 'refused', cause }
    }
    let answer: FlushAnswer
    try {
      answer = await this.#execute(statement, rows)
    } catch (cause) {
      return this.#afterError(seal, cause)
    }
    this.#with.clock.observe(answer.now)
    if (answer.ok) return this.#advance(seal)
    if (!answer.lane) await this.#replaceLane('another writer moved it')
    return { kind: 'conflict', answer, checks: statement.checks }
  }

  async #execute(statement: FlushStatement, rows: FlushRows): Promise<FlushAnswer> {
    const client = await this.#connection.client()
    const { outbox } = this.#with
    const effects = outgoingOf(rows)
    if (effects.length === 0 || outbox === undefined) return ask(client, statement)
    await client.query('BEGIN')
    try {
      const answer = await ask(client, statement)
      if (answer.ok) await outbox.enqueue(client, effects)
      await client.query(answer.ok ? 'COMMIT' : 'ROLLBACK')
      return answer
    } catch (cause) {
      // A server that takes the ROLLBACK leaves no doubt, whatever went wrong before. Otherwise the lane has to say.
      const isRolledBack = await client.query('ROLLBACK').then(
        () => true,
        () => false,
      )
      throw isRolledBack ? new RolledBack(cause) : cause
    }
  }

  #advance(seal: FlushSeal | undefined): WriteOutcome {
    const lane = this.#ownLane()
    if (seal !== undefined) Object.assign(lane, { n: seal.n + 1, hash: seal.hash })
    return { kind: 'committed', lane: lane.id, n: lane.n }
  }

  async #afterError(seal: FlushSeal | undefined, error: unknown): Promise<WriteOutcome> {
    const cause = error instanceof RolledBack ? error.cause : error
    const found = kindOfError(cause)
    // Without a word of the database, but taken back: the queue itself did not want it.
    const kind = error instanceof RolledBack && found === 'lost' ? 'refused' : found
    if (kind === 'refused') return { kind, cause }
    if (kind === 'again') {
      await this.#pauseInShortage(cause)
      return { kind }
    }
    this.#connection.drop()
    if (seal !== undefined && (await this.#hasHappened(seal))) return this.#advance(seal)
    return { kind: 'again' }
  }

  async #hasHappened(seal: FlushSeal): Promise<boolean> {
    const lane = this.#ownLane()
    for (;;) {
      const client = await this.#connection.client()
      try {
        const happened = await resolveDoubt(client, lane, { n: seal.n + 1, hash: seal.hash })
        if (happened === undefined) await this.#replaceLane('it is not as it was left')
        if (happened === false) Object.assign(lane, fenceOf(lane))
        return happened === true
      } catch {
        this.#connection.drop()
      }
    }
  }

  async #pauseInShortage(cause: unknown): Promise<void> {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (!code.startsWith('53')) return
    this.#with.report('the database is short of something', cause)
    await delay(SHORTAGE_PAUSE_MS)
  }

  #ownLane(): Lane {
    if (this.#lane === undefined) throw new Error('the lane was not opened')
    return this.#lane
  }

  async #replaceLane(why: string): Promise<void> {
    this.#with.report(`lane ${this.#ownLane().id} was given up: ${why}`, undefined)
    await this.start()
  }
}

/** The transaction was taken back, and the server said so. */
class RolledBack extends Error {
  override readonly name = 'RolledBack'

  constructor(cause: unknown) {
    super('the transaction was taken back', { cause })
  }
}

async function ask(client: Client, { name, text, values }: FlushStatement): Promise<FlushAnswer> {
  const { rows } = await client.query<FlushAnswer>({ name, text, values: [...values] })
  const answer = rows[0]
  if (answer === undefined) throw new Error('the flush statement answers with one row')
  return answer
}
