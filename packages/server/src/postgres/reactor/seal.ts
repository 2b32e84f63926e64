// The audit chain as it is written: one seal per commit over the leaves of its events. What they cover is the domain's.

import { hash } from 'node:crypto'
import { CHAIN_START, leafTextOf, SEAL_MAX, type SealedEvent } from '@lockstep/domain'

/** The hash of a lane before its first seal. */
export const LANE_START = Buffer.from(CHAIN_START, 'hex')

const LANE_FACTOR = SEAL_MAX + 1

/** Where the events of a seal lie: lane and number in one integer below 2^53. */
export function positionOf(lane: number, n: number): number {
  return lane * LANE_FACTOR + n
}

/** The lane and the number in a position. */
export function placeOfPosition(pos: number): { readonly lane: number; readonly n: number } {
  return { lane: Math.floor(pos / LANE_FACTOR), n: pos % LANE_FACTOR }
}

/** SHA-256 of what a leaf covers. */
export function leafOf(event: SealedEvent): Buffer {
  return hash('sha256', leafTextOf(event), 'buffer')
}

/** The next head of a lane: its hash so far, and the leaves in order of project, root, id and seq. */
export function sealOf(previous: Buffer, leaves: readonly Buffer[]): Buffer {
  return hash('sha256', Buffer.concat([previous, ...leaves]), 'buffer')
}
