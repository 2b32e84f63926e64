import type { InventoryRow } from '../../lib/inventory.ts'

/** The version that most of these rows run; null: nothing runs. */
export function mainVersion(rows: readonly InventoryRow[]): string | null {
  const counts = Map.groupBy(
    rows.flatMap(({ reported }) => reported?.version ?? []),
    (version) => version,
  )
  return [...counts].toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? null
}
