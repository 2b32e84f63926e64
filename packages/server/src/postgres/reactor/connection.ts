// One connection of a flusher: opened again when it breaks, with the settings that pin the plans of its statements.

import type { Client } from 'pg'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * The flush must be nested loops over primary keys at any size and with any statistics; a planner that changes its mind
 * on the hot path costs more than any plan it could find. Behind PgBouncer these are settings of the role.
 */
export const PINNED_SETTINGS: Readonly<Record<string, string>> = {
  jit: 'off',
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  statement_timeout: '30s',
  idle_in_transaction_session_timeout: '30s',
  application_name: 'lockstep reactor',
}

const RECONNECT_MS_MIN = 20
const RECONNECT_MS_MAX = 1_000

/** How to make a client that is not yet connected. Injected, so that a test can cut its wire. */
export type NewClient = () => Client

export class Connection implements AsyncDisposable {
  readonly #newClient: NewClient
  readonly #settings: Readonly<Record<string, string>>
  readonly #prepare: (client: Client) => Promise<void>
  #client: Client | undefined
  #connecting: Promise<Client> | undefined
  #turns: Promise<unknown> = Promise.resolve()
  #isDisposed = false

  /** `prepare` is done with each client before it is used. */
  constructor(
    newClient: NewClient,
    settings: Readonly<Record<string, string>>,
    prepare: (client: Client) => Promise<void> = () => Promise.resolve(),
  ) {
    this.#newClient = newClient
    this.#settings = settings
    this.#prepare = prepare
  }

  /** The client, connected; tries until it is, or until the connection is disposed. */
  async client(): Promise<Client> {
    for (let waitMs = RECONNECT_MS_MIN; ; waitMs = Math.min(waitMs * 2, RECONNECT_MS_MAX)) {
      if (this.#isDisposed) throw new Error('the connection was closed by its owner')
      if (this.#client !== undefined) return this.#client
      try {
        this.#client = await this.#open()
      } catch {
        await delay(waitMs)
      }
    }
  }

  /** Uses the client alone: those who share this connection take turns. */
  async exclusive<Result>(use: (client: Client) => Promise<Result>): Promise<Result> {
    const turn = this.#turns.then(async () => use(await this.client()))
    this.#turns = turn.catch(() => undefined)
    return turn
  }

  /** Forgets a client that has failed, so that the next use opens another one. */
  drop(): void {
    const client = this.#client
    this.#client = undefined
    client?.end().catch(() => undefined)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true
    const client = this.#client
    this.#client = undefined
    await client?.end().catch(() => undefined)
  }

  async #open(): Promise<Client> {
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined
    })
    return this.#connecting
  }

  async #connect(): Promise<Client> {
    const client = this.#newClient()
    client.on('error', () => {
      if (this.#client === client) this.#client = undefined
    })
    client.on('end', () => {
      if (this.#client === client) this.#client = undefined
    })
    await client.connect()
    const names = Object.keys(this.#settings)
    if (names.length > 0) {
      const list = names.map((name, index) => `set_config('${name}', $${index + 1}, false)`)
      await client.query(`SELECT ${list.join(', ')}`, Object.values(this.#settings))
    }
    await this.#prepare(client)
    return client
  }
}

/** How an error of the database has to be taken. */
export type ErrorKind =
  /** The connection broke: nobody knows what happened. */
  | 'lost'
  /** The transaction was rolled back and may succeed when repeated. */
  | 'again'
  /** The transaction was rolled back, and would be again: something in it is not acceptable. */
  | 'refused'

/** Serialization, deadlock, time-out of statement or lock, a key taken at the same moment; lack of resources. */
const AGAIN = /^(?:40|55P03|57014|53)/
const LOST = /^(?:08|57P|25P03)/
const UNIQUE = '23505'
/** Keys that two may take at the same moment; whoever is second reads what the first wrote. */
const RACED = new Set(['commands_pkey', 'aggregates_pkey', 'aggregates_root'])

export function kindOfError(error: unknown): ErrorKind {
  const code = codeOf(error)
  if (code === undefined) return 'lost'
  if (LOST.test(code)) return 'lost'
  if (AGAIN.test(code)) return 'again'
  if (code === UNIQUE) return RACED.has(constraintOf(error)) ? 'again' : 'refused'
  return 'refused'
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
    return undefined
  return /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined
}

function constraintOf(error: unknown): string {
  const constraint = error instanceof Error && 'constraint' in error ? error.constraint : undefined
  return typeof constraint === 'string' ? constraint : ''
}
