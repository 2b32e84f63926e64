// How what runs now came there: one entry for each version that one run brought, newest first.

import type { InventoryRow } from '../../lib/inventory.ts'

export interface Arrival {
  readonly key: string
  /** When the last of it was there. */
  readonly since: string
  readonly version: string
  readonly putBy: string | null
  readonly components: readonly string[]
  readonly resources: number
}

export function listArrivals(rows: readonly InventoryRow[]): readonly Arrival[] {
  const groups = Map.groupBy(
    rows.filter(({ reported }) => reported !== null),
    ({ putBy, reported }) => `${putBy ?? ''} ${reported?.version ?? ''}`,
  )
  return [...groups]
    .flatMap(([key, group]) => {
      const newest = group.toSorted((a, b) => Date.parse(b.since) - Date.parse(a.since))[0]
      if (newest === undefined) return []
      return [
        {
          key,
          since: newest.since,
          version: newest.reported?.version ?? '',
          putBy: newest.putBy,
          components: [...new Set(group.map(({ component }) => component))].sort(),
          resources: new Set(group.map(({ resource }) => resource)).size,
        },
      ]
    })
    .toSorted((a, b) => Date.parse(b.since) - Date.parse(a.since))
}
