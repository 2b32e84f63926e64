// Two snapshots of an application: which components and processes are other ones.

import type { Snapshot } from './snapshots-query.ts'

export interface SnapshotDifference {
  readonly kind: 'component' | 'process'
  readonly name: string
  /** null: it is not in that snapshot. */
  readonly from: { readonly version: string | null; readonly digest: string } | null
  readonly to: { readonly version: string | null; readonly digest: string } | null
}

/** What is not byte for byte the same in both. */
export function compareSnapshots(from: Snapshot, to: Snapshot): readonly SnapshotDifference[] {
  return [
    ...differences('component', componentsOf(from), componentsOf(to)),
    ...differences('process', processesOf(from), processesOf(to)),
  ]
}

type Parts = ReadonlyMap<string, { readonly version: string | null; readonly digest: string }>

function differences(
  kind: SnapshotDifference['kind'],
  from: Parts,
  to: Parts,
): readonly SnapshotDifference[] {
  return [...new Set([...from.keys(), ...to.keys()])]
    .filter((name) => from.get(name)?.digest !== to.get(name)?.digest)
    .map((name) => ({ kind, name, from: from.get(name) ?? null, to: to.get(name) ?? null }))
}

function componentsOf({ components }: Snapshot): Parts {
  return new Map(components.map(({ name, version, digest }) => [name, { version, digest }]))
}

function processesOf({ processes }: Snapshot): Parts {
  return new Map(
    Object.entries(processes).map(([name, digest]) => [name, { version: null, digest }]),
  )
}

/** `sha256:9f3c1e2…b07d`, to be read; the whole one stands in its tooltip. */
export function shortDigest(digest: string): string {
  return `${digest.slice(0, 14)}…${digest.slice(-4)}`
}

/** `1.4 MB`. */
export function sizeWords(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'] as const
  const at = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const value = bytes / 1000 ** at
  return `${at === 0 ? value : value.toFixed(1)}\u202f${units[at] ?? 'B'}`
}
