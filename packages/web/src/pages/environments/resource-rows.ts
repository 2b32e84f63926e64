// The resources of a cell: one line for each, with the version of every component.

import type { InventoryRow } from '../../lib/inventory.ts'
import { worstOf, type ShownState } from '../../ui/state.ts'
import { stateOf } from './inventory-matrix.ts'

export interface ResourceRow {
  readonly resource: string
  readonly state: ShownState
  readonly byComponent: ReadonlyMap<string, InventoryRow>
  /** When the newest of it came, and the run that brought it; null: told from elsewhere. */
  readonly since: string
  readonly putBy: string | null
}

/** Components in the order given; those that nobody has defined any more come after them. */
export function listResources(
  rows: readonly InventoryRow[],
  componentOrder: readonly string[],
): { readonly components: readonly string[]; readonly resources: readonly ResourceRow[] } {
  const present = new Set(rows.map(({ component }) => component))
  const components = [
    ...componentOrder.filter((name) => present.has(name)),
    ...[...present].filter((name) => !componentOrder.includes(name)).sort(),
  ]
  const resources = [...Map.groupBy(rows, ({ resource }) => resource)]
    .toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .flatMap(([resource, own]) => {
      const newest = own.toSorted((a, b) => Date.parse(b.since) - Date.parse(a.since))[0]
      if (newest === undefined) return []
      return [
        {
          resource,
          state: worstOf(own.map(stateOf)),
          byComponent: new Map(own.map((row) => [row.component, row])),
          since: newest.since,
          putBy: newest.putBy,
        },
      ]
    })
  return { components, resources }
}

/** A run of an inventory row in few words: `connected-car-2.0 #7`. */
export function runWords(putBy: string | null): string {
  if (putBy === null) return 'not by Lockstep'
  const [, name, number] = putBy.split('/')
  return name === undefined || number === undefined ? putBy : `${name} #${number}`
}
