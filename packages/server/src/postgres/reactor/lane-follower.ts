// Learns what others have committed: other nodes, and the ordinary writes of this one.

import { uuidOf } from '@lockstep/domain'
import type { Client } from 'pg'
import type { Commit } from '../../ports/reactor.ts'
import { readCommits, readReadyPools } from './commits.ts'
import type { Connection } from './connection.ts'
import { kindOfError } from './connection.ts'
import { Ticker } from './ticker.ts'

const LANES_EVERY_MS = 250
const CHANGES_PER_READ_MAX = 1_000

export interface FollowWith {
  readonly report: (what: string, cause: unknown) => string
  readonly committed: (commit: Commit) => void
  readonly jobsReady: (pools: readonly string[]) => void
}

export class LaneFollower implements AsyncDisposable {
  readonly #with: FollowWith
  readonly #connection: Connection
  readonly #ticker: Ticker
  readonly #own = new Set<number>()
  /** How far each lane was read; those that are closed and read to their end have left. */
  readonly #read = new Map<number, number>()
  #newest = 0

  constructor(using: FollowWith, connection: Connection) {
    this.#with = using
    this.#connection = connection
    this.#ticker = new Ticker({
      everyMs: LANES_EVERY_MS,
      tick: () => this.#connection.exclusive((client) => this.#follow(client)),
      onError: (cause) => {
        if (kindOfError(cause) === 'lost') this.#connection.drop()
        using.report('the lanes of others could not be read', cause)
      },
    })
  }

  /** Begins at the heads of now. */
  async start(): Promise<void> {
    const heads = await this.#connection.exclusive((client) => this.#heads(client))
    for (const { id, n, isClosed } of heads) {
      this.#newest = Math.max(this.#newest, id)
      if (!isClosed) this.#read.set(id, n)
    }
    this.#ticker.start()
  }

  /** This lane's commits are told from memory. */
  ownLane(id: number): void {
    this.#own.add(id)
  }

  /** Somebody says that there is something to read. */
  nudge(): void {
    this.#ticker.nudge(0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ticker[Symbol.asyncDispose]()
  }

  async #follow(client: Client): Promise<undefined> {
    for (const { id, n, isClosed } of await this.#heads(client)) {
      this.#newest = Math.max(this.#newest, id)
      if (!this.#own.has(id)) await this.#readLane(client, id, n)
      if (isClosed) this.#read.delete(id)
      else this.#read.set(id, n)
    }
    return undefined
  }

  async #readLane(client: Client, lane: number, to: number): Promise<void> {
    for (let from = this.#read.get(lane) ?? 0; from < to;) {
      const commits = await readCommits(client, { lane, from, to }, CHANGES_PER_READ_MAX)
      const last = commits.at(-1)
      if (last === undefined) return // Only seals without events.
      const count = commits.reduce((sum, { changes }) => sum + changes.length, 0)
      // The page may have cut the last commit short: it is read again with the next, and told in whole.
      const isCut = count === CHANGES_PER_READ_MAX && commits.length > 1
      await this.#tell(client, isCut ? commits.slice(0, -1) : commits)
      from = isCut ? last.n - 1 : last.n
      this.#read.set(lane, from)
    }
  }

  async #tell(client: Client, commits: readonly Commit[]): Promise<void> {
    for (const commit of commits) this.#with.committed(commit)
    const changed = commits.flatMap(({ changes }) => changes)
    const owners = changed.filter(({ status }) => status !== undefined)
    const places = owners.map(({ project, root, id }) => ({
      project,
      root: uuidOf(root),
      id: uuidOf(id),
    }))
    const pools = await readReadyPools(client, places)
    if (pools.length > 0) this.#with.jobsReady(pools)
  }

  async #heads(
    client: Client,
  ): Promise<readonly { readonly id: number; readonly n: number; readonly isClosed: boolean }[]> {
    const { rows } = await client.query<{ id: number; n: string; is_closed: boolean }>({
      name: 'read_heads',
      text: `
        SELECT id, n::text, closed_at IS NOT NULL AS is_closed FROM lanes
        WHERE closed_at IS NULL OR id = ANY ($1::int[]) OR id > $2 ORDER BY id`,
      values: [[...this.#read.keys()], this.#newest],
    })
    return rows.map(({ id, n, is_closed: isClosed }) => ({ id, n: Number(n), isClosed }))
  }
}
