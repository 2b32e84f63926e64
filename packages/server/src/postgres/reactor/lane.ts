// A chain that one writer owns: its head orders its commits, seals its events, and tells whether a commit happened.

import type { ClientBase } from 'pg'
import { LANE_START, sealOf } from './seal.ts'

/** A lane as its writer knows it. */
export interface Lane {
  readonly id: number
  n: number
  hash: Buffer
}

export interface Head {
  readonly n: number
  readonly hash: Buffer
}

/** A new lane for this process. Lanes are never taken over: a lane has one writer in its life. */
export async function openLane(client: ClientBase, nodeId: string): Promise<Lane> {
  const { rows } = await client.query<{ id: number }>(
    'INSERT INTO lanes (node_id, hash) VALUES ($1, $2) RETURNING id',
    [nodeId, LANE_START],
  )
  const id = rows[0]?.id
  if (id === undefined) throw new Error('no lane came back')
  return { id, n: 0, hash: LANE_START }
}

/** Says that nothing will be written to the lane any more. */
export async function closeLane(client: ClientBase, lane: Lane): Promise<void> {
  await client.query('UPDATE lanes SET closed_at = now() WHERE id = $1 AND closed_at IS NULL', [
    lane.id,
  ])
}

/**
 * Answers after a lost connection whether the commit with this seal happened. Waits for a transaction that still is in
 * flight. If it did not happen, an empty seal takes its number, so that a statement which the network still delivers
 * later finds the lane moved and does nothing. `undefined`: the lane is not as its writer left it.
 */
export async function resolveDoubt(
  client: ClientBase,
  lane: Lane,
  doubtful: Head,
): Promise<boolean | undefined> {
  const fence: Head = { n: lane.n + 1, hash: sealOf(lane.hash, []) }
  await client.query('BEGIN')
  const head = await lockHead(client, lane.id)
  if (head !== undefined && isSame(head, lane)) {
    await client.query(
      `WITH moved AS (UPDATE lanes SET n = $2, hash = $3 WHERE id = $1)
       INSERT INTO seals (lane, n, prev, hash, events, at) VALUES ($1, $2, $4, $3, 0, now())`,
      [lane.id, fence.n, fence.hash, lane.hash],
    )
  }
  await client.query('COMMIT')
  if (head === undefined) return undefined
  if (isSame(head, doubtful)) return true
  // Also when an earlier look set the fence and its own answer was lost.
  return isSame(head, lane) || isSame(head, fence) ? false : undefined
}

async function lockHead(client: ClientBase, id: number): Promise<Head | undefined> {
  const { rows } = await client.query<{ n: string; hash: Buffer }>(
    'SELECT n, hash FROM lanes WHERE id = $1 FOR UPDATE',
    [id],
  )
  const row = rows[0]
  return row && { n: Number(row.n), hash: row.hash }
}

function isSame(one: Head, other: Head): boolean {
  return one.n === other.n && one.hash.equals(other.hash)
}

/** The head after the fence that `resolveDoubt` sets. */
export function fenceOf(lane: Lane): Head {
  return { n: lane.n + 1, hash: sealOf(lane.hash, []) }
}
