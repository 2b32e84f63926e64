// What runs where, as a small matrix: applications × environments.

import type { InventoryRow as RowSchema } from '@lockstep/contract'
import type * as z from 'zod/mini'

export type InventoryRow = z.output<typeof RowSchema>

export interface InventoryCell {
  /** The versions that run, the most frequent first; empty: nothing does. */
  readonly versions: readonly string[]
  readonly isDrifted: boolean
  readonly isUnknown: boolean
  /** Something else should run than does. */
  readonly isMoving: boolean
}

export interface InventorySummary {
  readonly environments: readonly { readonly id: string; readonly title: string }[]
  readonly applications: readonly {
    readonly application: string
    /** In the order of the environments; undefined: it does not go there. */
    readonly cells: readonly (InventoryCell | undefined)[]
  }[]
}

/** Sums resources and components up. Environments are in the order in which software usually comes to them. */
export function summariseInventory(rows: readonly InventoryRow[]): InventorySummary {
  const environments = [...Map.groupBy(rows, ({ environmentTitle }) => environmentTitle)].flatMap(
    ([title, inAll]) => columnsOf(title, inAll),
  )
  environments.sort((a, b) => rankOf(a.title) - rankOf(b.title) || (a.title < b.title ? -1 : 1))
  const byApplication = [...Map.groupBy(rows, ({ application }) => application)]
  byApplication.sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    environments,
    applications: byApplication.map(([application, own]) => {
      const byEnvironment = Map.groupBy(own, ({ environment }) => environment)
      return {
        application,
        cells: environments.map(({ inside }) =>
          cellOf([...inside].flatMap((id) => byEnvironment.get(id) ?? [])),
        ),
      }
    }),
  }
}

/** A summary of which so much is shown, and how much of it is not. */
export interface ShortSummary extends InventorySummary {
  readonly moreApplications: number
  readonly moreEnvironments: number
}

/**
 * As many applications and environments as there is room for, in their order. When there are more, those stay where something has
 * drifted, is unknown or moves, and then the first ones.
 */
export function shortenSummary(
  { environments, applications }: InventorySummary,
  most: { readonly applications: number; readonly environments: number },
): ShortSummary {
  const shown = chooseFirst(applications, most.applications, ({ cells }) => cells.some(isNoticed))
  const columns = chooseFirst([...environments.keys()], most.environments, (at) =>
    shown.some(({ cells }) => isNoticed(cells[at])),
  )
  return {
    environments: columns.flatMap((at) => environments[at] ?? []),
    applications: shown.map(({ application, cells }) => ({
      application,
      cells: columns.map((at) => cells[at]),
    })),
    moreApplications: applications.length - shown.length,
    moreEnvironments: environments.length - columns.length,
  }
}

function isNoticed(cell: InventoryCell | undefined): boolean {
  return cell !== undefined && (cell.isDrifted || cell.isUnknown || cell.isMoving)
}

function chooseFirst<Item>(
  items: readonly Item[],
  most: number,
  isWanted: (item: Item) => boolean,
): readonly Item[] {
  if (items.length <= most) return items
  const wanted = items.filter(isWanted)
  const kept = new Set([...new Set([...wanted, ...items])].slice(0, most))
  return items.filter((item) => kept.has(item))
}

/** Teams have a Dev each: they share a column, unless an application is in two of them. */
function columnsOf(
  title: string,
  rows: readonly InventoryRow[],
): readonly {
  readonly id: string
  readonly title: string
  readonly inside: ReadonlySet<InventoryRow['environment']>
}[] {
  const ids = [...new Set(rows.map(({ environment }) => environment))]
  const places = new Set(
    rows.map(({ application, environment }) => `${application} ${environment}`),
  )
  const applications = new Set(rows.map(({ application }) => application))
  if (places.size === applications.size) return [{ id: ids.join(), title, inside: new Set(ids) }]
  return ids.map((id) => ({ id, title, inside: new Set([id]) }))
}

/** A guess from the name: an environment does not say what comes before it, pipelines do, and not all go the same way. */
const USUAL_ORDER = [/dev|lab/i, /qa|test|int/i, /^$/, /stag|pre|beta/i, /^prod|live/i]
function rankOf(title: string): number {
  const rank = USUAL_ORDER.findIndex((words) => words.test(title))
  return rank === -1 ? 2 : rank
}

function cellOf(rows: readonly InventoryRow[]): InventoryCell | undefined {
  if (rows.length === 0) return undefined
  const counts = Map.groupBy(
    rows.flatMap(({ reported }) => reported?.version ?? []),
    (version) => version,
  )
  return {
    versions: [...counts].sort(([, a], [, b]) => b.length - a.length).map(([version]) => version),
    isDrifted: rows.some(({ drift }) => drift),
    isUnknown: rows.some(({ unknown }) => unknown),
    isMoving: rows.some(
      ({ wanted, reported, drift }) =>
        !drift && wanted !== null && wanted.digest !== reported?.digest,
    ),
  }
}
