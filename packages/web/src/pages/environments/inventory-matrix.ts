// The matrix of what runs where: applications and their components × environments.

import type { Environment, InventoryRow } from '../../lib/inventory.ts'
import { worstOf, type ShownState } from '../../ui/state.ts'

/** Environments of the same name, when no application goes into two of them, share a column. */
export interface MatrixColumn {
  readonly name: string
  readonly title: string
  readonly environments: readonly Environment[]
  readonly resources: number
  readonly drifted: number
}

export interface ComponentCell {
  /** The most frequent first; empty: nothing runs. */
  readonly versions: readonly string[]
  readonly resources: number
  readonly drifted: number
  readonly unknown: number
}

export interface ApplicationCell extends ComponentCell {
  /** Versions that run beside another one of the same component: some resources are on the way, or were left behind. */
  readonly mixed: readonly string[]
  readonly environment: Environment
  readonly state: ShownState
  /** When the newest of it came, and the address of the run that brought it; null: told from elsewhere. */
  readonly since: string
  readonly putBy: string | null
  readonly rows: readonly InventoryRow[]
}

export interface MatrixApplication {
  /** `project/name`. */
  readonly application: string
  /** By column; undefined: it does not go there; null: it may, and nothing of it has been there yet. */
  readonly cells: readonly (ApplicationCell | null | undefined)[]
  readonly components: readonly {
    readonly name: string
    readonly cells: readonly (ComponentCell | undefined)[]
  }[]
}

export interface InventoryMatrix {
  readonly columns: readonly MatrixColumn[]
  readonly applications: readonly MatrixApplication[]
}

interface MatrixInput {
  readonly environments: readonly Environment[]
  readonly rows: readonly InventoryRow[]
  /** Names of environments in the order of delivery. */
  readonly order: readonly string[]
  /** Components of an application in the order of its definition. */
  readonly componentsOf: (application: string) => readonly string[]
}

export function buildMatrix({
  environments,
  rows,
  order,
  componentsOf,
}: MatrixInput): InventoryMatrix {
  const byEnvironment = Map.groupBy(rows, ({ environment }) => environment)
  const byApplication = Map.groupBy(rows, ({ application }) => application)
  const columns = columnsOf(environments, (id) => byEnvironment.get(id) ?? [], order)
  const names = new Set([
    ...environments.flatMap(({ receives }) => receives),
    ...rows.map(({ application }) => application),
  ])
  return {
    columns,
    applications: [...names].sort().map((application) => {
      const own = byApplication.get(application) ?? []
      const places = Map.groupBy(own, ({ environment }) => environment)
      const cells = columns.map((column) => cellOf(application, column, places))
      const components = new Set([
        ...componentsOf(application),
        ...own.map(({ component }) => component),
      ])
      return {
        application,
        cells,
        components: [...components].map((name) => ({
          name,
          cells: cells.map((cell) => {
            const mine = cell?.rows.filter(({ component }) => component === name) ?? []
            return mine.length === 0 ? undefined : summarise(mine)
          }),
        })),
      }
    }),
  }
}

/**
 * What fits the words: applications by name, or those that have such a version or resource. Columns with nothing of it go.
 */
export function filterMatrix(matrix: InventoryMatrix, words: string): InventoryMatrix {
  const wanted = words.trim().toLowerCase()
  if (wanted === '') return matrix
  const fits = (text: string): boolean => text.toLowerCase().includes(wanted)
  const rowFits = (row: InventoryRow): boolean =>
    [row.resource, row.component, row.reported?.version ?? '', row.wanted?.version ?? ''].some(fits)
  const cellFits = (application: string, cell: ApplicationCell | null | undefined): boolean =>
    fits(application) ? cell !== undefined : (cell?.rows.some(rowFits) ?? false)
  const kept = matrix.applications.filter(({ application, cells }) =>
    cells.some((cell) => cellFits(application, cell)),
  )
  const isKept = matrix.columns.map((_, at) =>
    kept.some(({ application, cells }) => cellFits(application, cells[at])),
  )
  const keep = <One>(list: readonly One[]): readonly One[] => list.filter((_, at) => isKept[at])
  return {
    columns: keep(matrix.columns),
    applications: kept.map((one) => ({
      application: one.application,
      cells: keep(one.cells),
      components: one.components.map(({ name, cells }) => ({ name, cells: keep(cells) })),
    })),
  }
}

/** The cell at an address: the application, and the environment as `project/name`. */
export function findCell(
  { applications }: InventoryMatrix,
  application: string | undefined,
  environment: string | undefined,
): ApplicationCell | null | undefined {
  return applications
    .find((one) => one.application === application)
    ?.cells.find((cell) => cell !== null && cell !== undefined && addressOf(cell) === environment)
}

/** `project/name` of the environment of a cell. */
export function addressOf({ environment }: ApplicationCell): string {
  return `${environment.project}/${environment.name}`
}

function columnsOf(
  environments: readonly Environment[],
  rowsIn: (environment: Environment['id']) => readonly InventoryRow[],
  order: readonly string[],
): readonly MatrixColumn[] {
  const rank = (name: string): number => {
    const at = order.indexOf(name)
    return at === -1 ? order.length : at
  }
  const takes = (environment: Environment): ReadonlySet<string> =>
    new Set([...environment.receives, ...rowsIn(environment.id).map((row) => row.application)])
  return [...Map.groupBy(environments, ({ name }) => name).values()]
    .flatMap((group) => {
      const taken = group.flatMap((one) => [...takes(one)])
      return new Set(taken).size === taken.length ? [group] : group.map((one) => [one])
    })
    .toSorted(([a], [b]) => rank(a?.name ?? '') - rank(b?.name ?? ''))
    .flatMap((group) => {
      const [first] = group
      if (first === undefined) return []
      const inside = group.flatMap(({ id }) => rowsIn(id))
      return [
        {
          name: first.name,
          title: first.title,
          environments: group,
          resources: new Set(inside.map((row) => `${row.environment} ${row.resource}`)).size,
          drifted: new Set(inside.filter(({ drift }) => drift).map(({ resource }) => resource))
            .size,
        },
      ]
    })
}

function cellOf(
  application: string,
  { environments }: MatrixColumn,
  places: ReadonlyMap<Environment['id'], readonly InventoryRow[]>,
): ApplicationCell | null | undefined {
  const environment =
    environments.find(({ id }) => places.has(id)) ??
    environments.find(({ receives }) => receives.includes(application))
  if (environment === undefined) return undefined
  const rows = places.get(environment.id) ?? []
  let newest = rows[0]
  for (const row of rows) if (newest !== undefined && row.since > newest.since) newest = row
  if (newest === undefined) return null
  const whole = summarise(rows)
  const mixed = [...Map.groupBy(rows, ({ component }) => component).values()].flatMap((one) => {
    const { versions } = summarise(one)
    return versions.length > 1 ? versions : []
  })
  return {
    ...whole,
    mixed: [...new Set(mixed)].filter((version) => version !== whole.versions[0]),
    environment,
    state: worstOf(rows.map(stateOf)),
    since: newest.since,
    putBy: newest.putBy,
    rows,
  }
}

/** How one component on one resource stands. */
export function stateOf({ drift, unknown, reported }: InventoryRow): ShownState {
  if (unknown) return 'unknown'
  if (drift) return 'drifted'
  return reported === null ? 'not_started' : 'passed'
}

function summarise(rows: readonly InventoryRow[]): ComponentCell {
  const counts = new Map<string, number>()
  for (const { reported } of rows) {
    if (reported !== null) counts.set(reported.version, (counts.get(reported.version) ?? 0) + 1)
  }
  return {
    versions: [...counts]
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .map(([version]) => version),
    resources: new Set(rows.map(({ resource }) => resource)).size,
    drifted: new Set(rows.filter(({ drift }) => drift).map(({ resource }) => resource)).size,
    unknown: new Set(rows.filter(({ unknown }) => unknown).map(({ resource }) => resource)).size,
  }
}
