// From what was folded to what one transaction writes.

import type { Folded } from './fold.ts'
import type { Lane } from './lane.ts'
import { effectId } from './outbox.ts'
import type { Outgoing } from '../../ports/outgoing.ts'
import { leafOf, sealOf } from './seal.ts'
import type { FlushRows, FlushSeal } from './statement.ts'
import type { Stored } from './stored-state.ts'
import type { Place } from './submission.ts'
import type { AggregateRow, Write } from './write.ts'

/** Everything in order of keys: locks are taken and leaves are hashed in it. */
export function collectRows(folded: readonly Folded[], at: number): FlushRows {
  const writes = folded.flatMap((one) => one.writes)
  return {
    at,
    aggregates: folded
      .flatMap((one) => one.rows)
      .sort((a, b) => comparePlaces(a.draft.place, b.draft.place)),
    events: writes
      .flatMap((write) => (write.write === 'event' ? [write.row] : []))
      .sort((a, b) => comparePlaces(a.place, b.place) || a.seq - b.seq),
    writes: [...guardsOfNew(folded), ...writes],
  }
}

export function isEmpty({ events, writes }: FlushRows): boolean {
  return events.length === 0 && writes.length === 0
}

/** What a claim locks must be there before anything can be claimed. What a reducer says about the guard comes later and wins. */
function guardsOfNew(folded: readonly Folded[]): Write[] {
  return folded
    .flatMap((one) => one.rows)
    .filter(({ draft }) => draft.expected === 0 && ownsGuard(draft.place, draft.kind))
    .map(({ draft }) => ({ write: 'set_guard', subject: draft.place.id, open: true }))
}

function ownsGuard({ root, id }: Place, kind: string): boolean {
  return root === id || kind === 'step_run'
}

export function sealFor(lane: Lane, { events, at }: FlushRows): FlushSeal {
  const leaves = events.map(({ place, ...event }) => leafOf({ ...event, ...place, at }))
  return { lane: lane.id, n: lane.n, previous: lane.hash, hash: sealOf(lane.hash, leaves) }
}

export function outgoingOf({ writes }: FlushRows): readonly Outgoing[] {
  return writes.flatMap((write) => {
    if (write.write !== 'send') return []
    const { cause, self, effect } = write
    const { project, id } = cause.place
    return [
      {
        id: effectId(id, cause.seq, cause.ordinal),
        project,
        root: self.root,
        source: self.id,
        seq: cause.seq,
        effect,
      },
    ]
  })
}

/** The row as the cache keeps it. */
export function storedOf({ draft, state }: AggregateRow): Stored {
  const { place, kind, version, wakeAt, parent } = draft
  return { place, kind, version, state, wakeAt, parent, fault: undefined }
}

function comparePlaces(a: Place, b: Place): number {
  if (a.project !== b.project) return a.project - b.project
  if (a.root !== b.root) return a.root < b.root ? -1 : 1
  if (a.id === b.id) return 0
  return a.id < b.id ? -1 : 1
}
