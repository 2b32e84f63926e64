// Two environments side by side: what runs in one and not in the other.

import type { InventoryRow } from '../../lib/inventory.ts'

export interface ComparedComponent {
  readonly component: string
  /** The most frequent first; empty: nothing of it runs. */
  readonly a: readonly string[]
  readonly b: readonly string[]
  /** `bits`: the same version names with other digests. */
  readonly difference: 'none' | 'version' | 'bits' | 'only_a' | 'only_b'
}

export interface ComparedApplication {
  /** `project/name`. */
  readonly application: string
  readonly components: readonly ComparedComponent[]
  readonly differs: boolean
}

/** Every application of either, with its components in the order of its definition. */
export function compareEnvironments(
  a: readonly InventoryRow[],
  b: readonly InventoryRow[],
  componentsOf: (application: string) => readonly string[],
): readonly ComparedApplication[] {
  const names = new Set([...a, ...b].map(({ application }) => application))
  return [...names].sort().map((application) => {
    const [left, right] = [a, b].map((rows) =>
      rows.filter((row) => row.application === application && row.reported !== null),
    )
    const components = new Set([
      ...componentsOf(application),
      ...[...(left ?? []), ...(right ?? [])].map(({ component }) => component),
    ])
    const compared = [...components].flatMap((component) => {
      const of = (rows: readonly InventoryRow[] | undefined): readonly InventoryRow[] =>
        (rows ?? []).filter((row) => row.component === component)
      const one = compareComponent(component, of(left), of(right))
      return one.a.length === 0 && one.b.length === 0 ? [] : [one]
    })
    return {
      application,
      components: compared,
      differs: compared.some(({ difference }) => difference !== 'none'),
    }
  })
}

function compareComponent(
  component: string,
  left: readonly InventoryRow[],
  right: readonly InventoryRow[],
): ComparedComponent {
  const [a, b] = [versionsOf(left), versionsOf(right)]
  return { component, a, b, difference: differenceOf({ a, b, left, right }) }
}

function differenceOf({
  a,
  b,
  left,
  right,
}: {
  readonly a: readonly string[]
  readonly b: readonly string[]
  readonly left: readonly InventoryRow[]
  readonly right: readonly InventoryRow[]
}): ComparedComponent['difference'] {
  if (b.length === 0 && a.length > 0) return 'only_a'
  if (a.length === 0 && b.length > 0) return 'only_b'
  if (a.toSorted().join('\n') !== b.toSorted().join('\n')) return 'version'
  return digestsOf(left) === digestsOf(right) ? 'none' : 'bits'
}

function versionsOf(rows: readonly InventoryRow[]): readonly string[] {
  const counts = Map.groupBy(
    rows.flatMap(({ reported }) => reported?.version ?? []),
    (version) => version,
  )
  return [...counts]
    .toSorted(([x, m], [y, n]) => n.length - m.length || (x < y ? -1 : 1))
    .map(([version]) => version)
}

function digestsOf(rows: readonly InventoryRow[]): string {
  return [...new Set(rows.map(({ reported }) => reported?.digest ?? ''))].sort().join()
}
