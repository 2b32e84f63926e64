// Whether anything goes out: after a restore nothing does, until an administrator has looked.

import type { Instant } from '@lockstep/domain'

import type { JobClaims } from '../ports/job-claims.ts'
import { findRow, type Queryable } from './queryable.ts'
import { Ticker } from './reactor/ticker.ts'

const LOOK_MS = 1_000

/** Since when, and why, nothing goes out. */
export interface Held {
  readonly since: Instant
  readonly because: string
}

/** What is held back now; undefined when everything goes out. */
export async function findHold(db: Queryable): Promise<Held | undefined> {
  const row = await findRow<{ held_since: Date | null; held_because: string | null }>(
    db,
    'SELECT held_since, held_because FROM instance',
    [],
  )
  if (row === undefined || row.held_since === null) return undefined
  return { since: row.held_since.getTime(), because: row.held_because ?? '' }
}

/** Makes another generation of the data, of which nothing goes out until it is released. */
export async function holdOutgoing(db: Queryable, because: string): Promise<void> {
  await db.query(
    'UPDATE instance SET generation = generation + 1, held_since = now(), held_because = $1',
    [because],
  )
}

/**
 * What one server knows of the hold. It is there only from a start on and ends once, so that it is looked at while it lasts and
 * never again. Whichever server releases it, all of them go on within a second or two.
 */
export class OutgoingHold implements AsyncDisposable {
  readonly #ticker: Ticker
  readonly #released = Promise.withResolvers<undefined>()
  #isHeld: boolean

  private constructor(db: Queryable, isHeld: boolean, onError: (cause: unknown) => void) {
    this.#isHeld = isHeld
    this.#ticker = new Ticker({
      everyMs: LOOK_MS,
      onError,
      tick: async () => {
        if ((await findHold(db)) === undefined) this.#end()
        return undefined
      },
    })
    if (isHeld) this.#ticker.start()
    else this.#end()
  }

  static async open(db: Queryable, onError: (cause: unknown) => void): Promise<OutgoingHold> {
    return new OutgoingHold(db, (await findHold(db)) !== undefined, onError)
  }

  get isHeld(): boolean {
    return this.#isHeld
  }

  /** Fulfilled when things go out; never, when the server stops before. */
  get released(): Promise<undefined> {
    return this.#released.promise
  }

  /** Gives agents no work while the hold lasts. What they report is taken. */
  guard(claims: JobClaims): JobClaims {
    return {
      claim: async (request) => (this.#isHeld ? [] : claims.claim(request)),
      start: (agent, job) => claims.start(agent, job),
      renew: (agent, jobs, leaseMs) => claims.renew(agent, jobs, leaseMs),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ticker[Symbol.asyncDispose]()
  }

  #end(): void {
    this.#isHeld = false
    this.#released.resolve(undefined)
    void this.#ticker[Symbol.asyncDispose]()
  }
}
