// Recomputes the audit chain from the events as they are stored.

import { CHAIN_START, findSealFault } from '@lockstep/domain'
import type { ClientBase } from 'pg'
import { leafOfRow, readEvents, readSeals, type SealedRow, type SealRow } from './sealed-rows.ts'
import { SHA256 } from './sha256.ts'

const SEALS_PER_READ = 500

export type AuditVerdict =
  | { readonly ok: true; readonly chains: number; readonly seals: number; readonly events: number }
  | {
      readonly ok: false
      readonly chain: number
      /** The first seal that is not as it should be. */
      readonly n: number
      readonly reason:
        | 'seal_missing'
        | 'chain_broken'
        | 'event_missing_or_added'
        | 'event_changed'
        | 'head_moved_back'
      /** The events of that seal as they are now: one of them, if any, was changed. */
      readonly events: readonly string[]
    }

interface LaneRow {
  readonly id: number
  readonly n: string
  readonly hash: string
}

/**
 * Walks every chain, that is what each lane has sealed, from its start, in one view of the database, and stops at the first seal
 * that its events do not explain. What this cannot see is the loss of a whole end of a chain: checkpoints outside the database show that.
 */
export async function verifyAudit(client: ClientBase): Promise<AuditVerdict> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  try {
    return await verifyChains(client)
  } finally {
    await client.query('COMMIT')
  }
}

async function verifyChains(client: ClientBase): Promise<AuditVerdict> {
  const { rows: lanes } = await client.query<LaneRow>(
    `SELECT id, n, encode(hash, 'hex') AS hash FROM lanes ORDER BY id`,
  )
  const seen = { chains: lanes.length, seals: 0, events: 0 }
  for (const lane of lanes) {
    const verdict = await verifyChain(client, lane)
    if (!verdict.ok) return verdict
    seen.seals += verdict.seals
    seen.events += verdict.events
  }
  const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM events')
  const [strays] = Number(rows[0]?.count) === seen.events ? [] : await listStrays(client)
  if (strays === undefined) return { ok: true, ...seen }
  return { ok: false, ...strays, reason: 'event_missing_or_added' }
}

async function verifyChain(client: ClientBase, lane: LaneRow): Promise<AuditVerdict> {
  let hash = CHAIN_START
  let events = 0
  const last = Number(lane.n)
  for (let from = 0; from < last; from += SEALS_PER_READ) {
    const to = Math.min(from + SEALS_PER_READ, last)
    const seals = await readSeals(client, lane.id, from, to)
    const sealed = Map.groupBy(await readEvents(client, lane.id, from, to), ({ n }) => n)
    for (let n = from + 1; n <= to; n += 1) {
      const own = sealed.get(n) ?? []
      const seal = seals.get(n)
      const reason = findFault(seal, own, hash)
      if (seal === undefined || reason !== undefined) {
        return {
          ok: false,
          chain: lane.id,
          n,
          reason: reason ?? 'seal_missing',
          events: own.map(nameOf),
        }
      }
      hash = seal.hash
      events += own.length
    }
  }
  if (hash === lane.hash) return { ok: true, chains: 1, seals: last, events }
  return { ok: false, chain: lane.id, n: last, reason: 'head_moved_back', events: [] }
}

function findFault(
  seal: SealRow | undefined,
  events: readonly SealedRow[],
  head: string,
): Extract<AuditVerdict, { ok: false }>['reason'] | undefined {
  if (seal === undefined) return 'seal_missing'
  if (seal.previous === head && seal.events !== events.length) return 'event_missing_or_added'
  const fault = findSealFault({ ...seal, leaves: events.map(leafOfRow).join('') }, head, SHA256)
  return fault && (fault.why === 'not_following' ? 'chain_broken' : 'event_changed')
}

/** An event that lies under no seal. */
async function listStrays(
  client: ClientBase,
): Promise<
  readonly { readonly chain: number; readonly n: number; readonly events: readonly string[] }[]
> {
  const { rows } = await client.query<SealedRow & { chain: number }>(
    `SELECT (e.pos >> 36)::int AS chain, (e.pos & ((1::bigint << 36) - 1))::float8 AS n, e.root_id AS root, e.id, e.seq, e.type
     FROM events e LEFT JOIN seals s ON s.lane = e.pos >> 36 AND s.n = e.pos & ((1::bigint << 36) - 1)
     WHERE s.lane IS NULL ORDER BY e.pos LIMIT 1`,
  )
  return rows.map((row) => ({ chain: row.chain, n: row.n, events: [nameOf(row)] }))
}

function nameOf({ root, id, seq, type }: Pick<SealedRow, 'root' | 'id' | 'seq' | 'type'>): string {
  return `${root}/${id}/${seq} ${type}`
}
