// Events of ordinary writes (people, definitions, settings): in the same log and under the same kind of seal as those of runs.

import { assertInvariant, canonicalText, isAggregateId, prefixOf, uuidOf } from '@lockstep/domain'
import type { Instant, JsonValue } from '@lockstep/domain'
import type { ClientBase } from 'pg'
import type { AuditEntry, AuditTrail } from '../../ports/audit.ts'
import type { Tx } from '../../ports/transaction.ts'
import { createIdBlocks } from '../reactor/id-blocks.ts'
import { closeLane, openLane } from '../reactor/lane.ts'
import { leafOf, positionOf, sealOf } from '../reactor/seal.ts'

const EVENT_VERSION = 1

interface Head {
  readonly n: number
  readonly hash: Buffer
  readonly at: Instant
}

/** The third lane of a process. */
export class EventLog implements AuditTrail {
  readonly #lane: number
  readonly #newIds = createIdBlocks()

  constructor(lane: number) {
    this.#lane = lane
  }

  /** Opens the lane under which this process writes. */
  static async open(client: ClientBase, nodeId: string): Promise<EventLog> {
    return new EventLog((await openLane(client, nodeId)).id)
  }

  async close(client: ClientBase): Promise<void> {
    await closeLane(client, { id: this.#lane, n: 0, hash: Buffer.alloc(0) })
  }

  /**
   * Appends the next event of the subject and seals it, in this transaction. Call it last: the lane stays locked until
   * the commit, so that its seals follow one another. Never for a run: its events come from its reducer.
   */
  async append(tx: Tx, entry: AuditEntry): Promise<void> {
    assertInvariant(
      !isAggregateId(entry.subject),
      `the events of ${entry.subject} are its reducer's`,
    )
    const head = await this.#lock(tx)
    const event = {
      project: entry.project,
      root: rootOf(entry.subject),
      id: uuidOf(entry.subject),
      seq: await nextSeq(tx, entry),
      kind: prefixOf(entry.subject),
      type: entry.type,
      v: EVENT_VERSION,
      actor: entry.actor,
      at: head.at,
      ids: this.#newIds(head.at),
      origin: originText(entry.origin),
      body: canonicalText(entry.body),
    }
    const hash = sealOf(head.hash, [leafOf(event)])
    await tx.query(
      `WITH at AS (SELECT to_timestamp($12::float8 / 1000) AS at),
       moved AS (UPDATE lanes SET n = $2, hash = $4 WHERE id = $1),
       sealed AS (INSERT INTO seals (lane, n, prev, hash, events, at) SELECT $1, $2, $3, $4, 1, at FROM at)
       INSERT INTO events (pos, project_id, root_id, id, seq, kind, type, v, actor, at, ids, origin, body)
       SELECT $5, $6, $16, $7, $8, $9, $10, ${EVENT_VERSION}, $11, at, $13, $14, $15 FROM at`,
      [
        this.#lane,
        head.n + 1,
        head.hash,
        hash,
        positionOf(this.#lane, head.n + 1),
        event.project,
        event.id,
        event.seq,
        event.kind,
        event.type,
        event.actor,
        event.at,
        event.ids,
        event.origin ?? null,
        event.body,
        event.root,
      ],
    )
  }

  async #lock(tx: Tx): Promise<Head> {
    const { rows } = await tx.query<{ n: string; hash: Buffer; now: number }>(
      `SELECT n, hash, floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now
       FROM lanes WHERE id = $1 FOR UPDATE`,
      [this.#lane],
    )
    const [row] = rows
    assertInvariant(row !== undefined, `lane ${this.#lane} exists`)
    return { n: Number(row.n), hash: row.hash, at: row.now }
  }
}

async function nextSeq(tx: Tx, { project, subject }: AuditEntry): Promise<number> {
  const { rows } = await tx.query<{ seq: number }>(
    `SELECT coalesce(max(seq), 0) + 1 AS seq FROM events WHERE project_id = $1 AND root_id = $2 AND id = $3`,
    [project, rootOf(subject), uuidOf(subject)],
  )
  return rows[0]?.seq ?? 1
}

/** Under which root the events of definitions and environments are counted. */
export const DEFINED_ROOT = '00000000-0000-8000-8000-000000000000'

/**
 * A definition has the uuid of its release or of its environment's lock, whose events are numbered by their reducers: what
 * people do to the definition is counted under another root. Everything else is its own root.
 */
function rootOf(subject: string): string {
  const prefix = prefixOf(subject)
  return prefix === 'def' || prefix === 'env' ? DEFINED_ROOT : uuidOf(subject)
}

function originText(origin: JsonValue): string | undefined {
  return origin === null ? undefined : canonicalText(origin)
}
