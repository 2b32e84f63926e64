// The audit chain: one seal per commit over the leaves of its events.

import { hash } from 'node:crypto'
import type { Instant } from '@lockstep/domain'
import type { EventRow } from './write.ts'

/** What an event's leaf covers: all of its row but where it lies. */
export type SealedEvent = Omit<EventRow, 'place'> & {
  readonly project: number
  readonly root: string
  readonly id: string
  readonly at: Instant
}

/** The hash of a lane before its first seal. */
export const LANE_START = Buffer.alloc(32)

const LANE_FACTOR = 2 ** 36

/** Where the events of a seal lie: lane and number in one integer below 2^53. */
export function positionOf(lane: number, n: number): number {
  return lane * LANE_FACTOR + n
}

/** The lane and the number in a position. */
export function placeOfPosition(pos: number): { readonly lane: number; readonly n: number } {
  return { lane: Math.floor(pos / LANE_FACTOR), n: pos % LANE_FACTOR }
}

/** SHA-256 of the canonical JSON of the row: a list of its columns in this order. */
export function leafOf(event: SealedEvent): Buffer {
  const { project, root, id, seq, kind, type, v, actor, at, ids, origin, body } = event
  const head = JSON.stringify([project, root, id, seq, kind, type, v, actor, at, ids])
  return hash('sha256', `${head.slice(0, -1)},${origin ?? 'null'},${body}]`, 'buffer')
}

/** The next head of a lane: its hash so far, and the leaves in order of project, root, id and seq. */
export function sealOf(previous: Buffer, leaves: readonly Buffer[]): Buffer {
  return hash('sha256', Buffer.concat([previous, ...leaves]), 'buffer')
}
