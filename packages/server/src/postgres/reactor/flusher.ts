// Takes waiting events, folds them, commits them, and answers. Two of these work side by side in a process.

import { StoredByNewer, uuidOf } from '@lockstep/domain'
import type { Client } from 'pg'
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import type { Connection } from './connection.ts'
import { kindOfError } from './connection.ts'
import { collectRows, isEmpty, storedOf } from './flush-rows.ts'
import { foldFault } from './fold.ts'
import type { Folded } from './fold.ts'
import { foldBatch } from './fold-batch.ts'
import type { FoldContext, FoldedBatch } from './fold-batch.ts'
import { LaneWriter } from './lane-writer.ts'
import type { WriteOutcome, WriteWith } from './lane-writer.ts'
import type { Portion, Queue } from './queue.ts'
import type { FlushRows } from './statement.ts'
import type { Place, Submission } from './submission.ts'

/** An event from inside that fails this often sets its aggregate aside. */
const TRIES_MAX = 3
const PAUSE_AFTER_ERROR_MS = 50

export interface CommittedFlush {
  readonly lane: number
  readonly n: number
  readonly rows: FlushRows
}

/** What the flushers of one process share. */
export interface FlushContext extends FoldContext, WriteWith {
  readonly queue: Queue
  /** How many there are. */
  readonly flushers: number
  readonly committed: (flush: CommittedFlush) => void
}

/** What a flush gives back to the queue, per aggregate. */
class Returns {
  readonly #again = new Map<string, Submission[]>()
  readonly #conflicts = new Set<string>()

  again(submissions: readonly Submission[]): void {
    for (const submission of submissions) {
      const list = this.#again.get(submission.place.id)
      if (list === undefined) this.#again.set(submission.place.id, [submission])
      else list.push(submission)
    }
  }

  conflict(id: string): void {
    this.#conflicts.add(id)
  }

  release(queue: Queue, places: readonly Place[]): void {
    for (const place of places) {
      queue.release(place, this.#again.get(place.id) ?? [], this.#conflicts.has(place.id))
    }
  }
}

export class Flusher implements AsyncDisposable {
  readonly #context: FlushContext
  readonly #connection: Connection
  readonly #writer: LaneWriter
  #isStopping = false
  #running: Promise<void> | undefined

  constructor(context: FlushContext, connection: Connection) {
    this.#context = context
    this.#connection = connection
    this.#writer = new LaneWriter(context, connection)
  }

  /** Opens its lane and begins to take work. */
  async start(): Promise<void> {
    await this.#writer.start()
    this.#running = this.#run()
  }

  /** Ends after the flush that is under way, and closes the lane. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true
    this.#context.queue.wakeAll()
    await this.#running
    await this.#writer[Symbol.asyncDispose]()
    await this.#connection[Symbol.asyncDispose]()
  }

  async #run(): Promise<void> {
    const { queue } = this.#context
    while (!this.#isStopping) {
      await queue.arrival()
      // What else arrives in this turn of the loop goes into the same flush.
      await nextTurn()
      const portions = queue.take(this.#context.flushers)
      if (portions.length === 0) continue
      const returns = new Returns()
      try {
        await this.#flush(portions, returns)
      } catch (cause) {
        await this.#afterBug(portions, cause, returns)
      }
      returns.release(
        queue,
        portions.map(({ place }) => place),
      )
    }
  }

  async #flush(portions: readonly Portion[], returns: Returns): Promise<void> {
    const batch = await this.#fold(portions)
    if (batch === undefined) return returns.again(submissionsOf(portions))
    returns.again(batch.again)
    const rows = collectRows(batch.folded, batch.at)
    if (isEmpty(rows)) return this.#settle(batch.folded, returns)
    const outcome = await this.#writer.write(rows)
    if (outcome.kind === 'committed') {
      this.#remember(rows)
      await this.#settle(batch.folded, returns)
      this.#context.committed({ lane: outcome.lane, n: outcome.n, rows })
      return
    }
    const gone = new Set(batch.again)
    const unwritten = portions
      .map(({ place, submissions }) => ({
        place,
        submissions: submissions.filter((submission) => !gone.has(submission)),
      }))
      .filter(({ submissions }) => submissions.length > 0)
    await this.#takeBack(unwritten, outcome, returns)
  }

  /** Undefined when the database could not be read. */
  async #fold(portions: readonly Portion[]): Promise<FoldedBatch | undefined> {
    const client = await this.#connection.client()
    try {
      return await foldBatch(client, portions, this.#context)
    } catch (cause) {
      this.#context.report('states could not be read', cause)
      if (kindOfError(cause) === 'lost') this.#connection.drop()
      await delay(PAUSE_AFTER_ERROR_MS)
      return undefined
    }
  }

  async #takeBack(
    portions: readonly Portion[],
    outcome: Exclude<WriteOutcome, { kind: 'committed' }>,
    returns: Returns,
  ): Promise<void> {
    switch (outcome.kind) {
      case 'conflict':
        return this.#sortOut(portions, outcome, returns)
      case 'again':
        for (const { place } of portions) this.#context.cache.evict(place.id)
        return returns.again(submissionsOf(portions))
      case 'refused':
        return this.#halve(portions, outcome.cause, returns)
    }
  }

  // ── after the commit ─────────────────────────────────────────────────────────────────────────

  #remember({ aggregates }: FlushRows): void {
    for (const row of aggregates) {
      if (row.isTerminal) this.#context.cache.evict(row.draft.place.id)
      else this.#context.cache.keep(storedOf(row))
    }
  }

  async #settle(folded: readonly Folded[], returns: Returns): Promise<void> {
    for (const { answers } of folded) {
      for (const { submission, submitted } of answers) submission.caller?.answer(submitted)
    }
    for (const { failed, rest } of folded) {
      if (failed !== undefined) await this.#failOne(failed.submission, failed.cause, returns)
      returns.again(rest)
    }
    const untidy = folded.filter(
      ({ rewake, unwanted }) => rewake !== undefined || unwanted.length > 0,
    )
    if (untidy.length === 0) return
    const client = await this.#connection.client()
    try {
      for (const one of untidy) await this.#tidy(client, one)
    } catch (cause) {
      this.#context.report('a wake-up that nobody wanted could not be put off', cause)
    }
  }

  /** Columns that hold no decision: a wake-up that was refused, a lost job whose owner had ended. */
  async #tidy(client: Client, { place, rewake, unwanted }: Folded): Promise<void> {
    const key = [place.project, place.root, place.id]
    if (rewake !== undefined) {
      this.#context.cache.evict(place.id)
      await client.query(
        `UPDATE aggregates SET wake_at = to_timestamp($5::float8 / 1000)
         WHERE project_id = $1 AND root_id = $2 AND id = $3 AND version = $4`,
        [...key, rewake.version, rewake.wakeAt ?? null],
      )
    }
    for (const { job, fence, outcome } of unwanted.flatMap(({ owned }) => owned)) {
      await client.query(
        `UPDATE jobs SET status = $6, deadline = NULL, lease_until = NULL,
           finished_at = CASE WHEN $6 = 'unknown' THEN NULL ELSE clock_timestamp() END
         WHERE project_id = $1 AND root_id = $2 AND owner_id = $3 AND id = $4 AND fence = $5
           AND status IN ('leased', 'running', 'ready')`,
        [...key, uuidOf(job), fence, outcome.status],
      )
    }
  }

  // ── nothing was written ──────────────────────────────────────────────────────────────────────

  /** Those whose lock was not as expected are answered or read again; all others go again. */
  async #sortOut(
    portions: readonly Portion[],
    { answer, checks }: Extract<WriteOutcome, { kind: 'conflict' }>,
    returns: Returns,
  ): Promise<void> {
    for (const ord of answer.aggregates ?? []) {
      const id = checks.aggregates[ord - 1]?.id ?? ''
      this.#context.cache.evict(id)
      returns.conflict(id)
    }
    const delivered = failing(answer.inbox, checks.inbox)
    const unguarded = failing(answer.guards, checks.guards)
    const stale = failing(answer.jobs, checks.jobs)
    for (const { caller } of unguarded) caller?.answer({ ok: false, refusal: 'guard_moved' })
    for (const submission of stale) await this.#refuseStale(submission)
    const done = new Set([...delivered, ...unguarded, ...stale])
    returns.again(submissionsOf(portions).filter((submission) => !done.has(submission)))
  }

  /** A report under an old fence changes nothing, and is kept: it may be all that is known about what ran. */
  async #refuseStale({ place, event, caller }: Submission): Promise<void> {
    if (caller === undefined) return
    const at = this.#context.clock.now()
    const id = this.#context.newIds(at)
    const { project, root } = place
    const client = await this.#connection.client()
    try {
      await client.query(
        `INSERT INTO set_aside (id, project_id, root_id, subject, kind, event, reason, at)
         VALUES ($1, $2, $3, $4, 'stale_report', $5, 'stale_fence', to_timestamp($6::float8 / 1000))`,
        [id, project, root, place.id, JSON.stringify(event), at],
      )
    } catch (cause) {
      this.#context.report('a stale report could not be kept', cause)
    }
    caller.answer({ ok: false, refusal: 'stale_fence' })
  }

  /** The database does not take something of this flush: halves find out what. */
  async #halve(portions: readonly Portion[], cause: unknown, returns: Returns): Promise<void> {
    const [first] = portions
    if (first === undefined) return
    if (portions.length > 1) {
      const middle = Math.ceil(portions.length / 2)
      await this.#flush(portions.slice(0, middle), returns)
      await this.#flush(portions.slice(middle), returns)
      return
    }
    const { place, submissions } = first
    const [only] = submissions
    if (submissions.length === 1 && only !== undefined) return this.#failOne(only, cause, returns)
    const middle = Math.ceil(submissions.length / 2)
    await this.#flush([{ place, submissions: submissions.slice(0, middle) }], returns)
    await this.#flush([{ place, submissions: submissions.slice(middle) }], returns)
  }

  /** One bad event: its caller is told; from inside it is tried again, and then its aggregate is set aside. */
  async #failOne(submission: Submission, cause: unknown, returns: Returns): Promise<void> {
    const { place, event, caller } = submission
    if (cause instanceof StoredByNewer) {
      // Another server, of a newer version, goes on with it; what came from inside is still in the database.
      this.#context.cache.evict(place.id)
      return caller?.answer({ ok: false, refusal: 'busy' })
    }
    const incident = this.#context.report(`${event.type} of ${place.id} cannot be applied`, cause)
    this.#context.cache.evict(place.id)
    if (caller !== undefined) return caller.fail(foldFault(submission, incident, cause))
    submission.tries += 1
    if (submission.tries < TRIES_MAX) return returns.again([submission])
    const client = await this.#connection.client()
    await client.query(
      'UPDATE aggregates SET fault = $4 WHERE project_id = $1 AND root_id = $2 AND id = $3 AND fault IS NULL',
      [place.project, place.root, place.id, incident],
    )
  }

  /** Only a bug of ours comes here. Callers are told; what came from inside comes again, not at full speed. */
  async #afterBug(portions: readonly Portion[], cause: unknown, returns: Returns): Promise<void> {
    const incident = this.#context.report('a flush ended by an error', cause)
    for (const submission of submissionsOf(portions)) {
      this.#context.cache.evict(submission.place.id)
      if (submission.caller === undefined) returns.again([submission])
      else submission.caller.fail(foldFault(submission, incident, cause))
    }
    await delay(PAUSE_AFTER_ERROR_MS)
  }
}

function submissionsOf(portions: readonly Portion[]): Submission[] {
  return portions.flatMap(({ submissions }) => submissions)
}

function failing(
  numbers: readonly number[] | null,
  checks: readonly Submission[],
): readonly Submission[] {
  return (numbers ?? []).flatMap((ord) => checks[ord - 1] ?? [])
}
