// What runs where: one row for each component on each resource of an environment, as reported and as verified.

import type { Fact } from '../kernel/effect.ts'
import type { EnvironmentId } from '../kernel/id.ts'
import type { Instant } from '../kernel/instant.ts'
import type { Digest } from '../process/process-plan.ts'

/** Exact bits under the version that people know. */
export interface Installed {
  readonly version: string
  readonly digest: Digest
}

export interface InventoryRow {
  readonly environment: EnvironmentId
  readonly component: {
    readonly project: string
    readonly application: string
    readonly name: string
  }
  readonly resource: string
  /** What it runs by the last word about it; null: nothing. */
  readonly reported: Installed | null
  /** The last word was read again from what runs, after everything that belongs to it had succeeded. */
  readonly verified: boolean
  /** Contact was lost while it was being changed: nobody knows what runs. */
  readonly unknown: boolean
  /** What the last deployment wanted here; null: nothing, or nobody has wanted anything yet. */
  readonly wanted: Installed | null
  /** Since when `reported` has been so. */
  readonly since: Instant
  /** The run, and the job of it, that put it there; null: reported in from elsewhere. */
  readonly putBy: { readonly root: string; readonly job: string | null } | null
}

type InventoryFact = Extract<Fact, { readonly kind: 'inventory' }>

/**
 * The row after a fact about it. Lost contact keeps what was reported last and takes its verification away;
 * the same bits again keep their `since` and who put them there.
 */
export function applyInventory(
  row: InventoryRow | undefined,
  fact: InventoryFact,
  at: Instant,
): InventoryRow {
  const reported = fact.unknown ? (row?.reported ?? fact.runs) : fact.runs
  const isSame = row !== undefined && row.reported?.digest === reported?.digest
  return {
    environment: fact.environment,
    component: fact.component,
    resource: fact.resource,
    reported,
    verified: fact.verified && !fact.unknown,
    unknown: fact.unknown,
    wanted: fact.wanted,
    since: isSame ? row.since : at,
    putBy: isSame ? row.putBy : fact.by,
  }
}

/**
 * The row after an agent has looked and found this without a deployment: evidence of drift, or of its end. Other bits
 * than before are not verified by it: files may be there and the rest of their process not done.
 */
export function applySighting(
  row: InventoryRow,
  runs: Installed | null,
  at: Instant,
): InventoryRow {
  if (row.reported?.digest === runs?.digest) return { ...row, unknown: false }
  return { ...row, reported: runs, verified: false, unknown: false, since: at, putBy: null }
}

/** Something else runs than was wanted. Lost contact is not drift: nothing is known to differ. */
export function isDrifted(row: InventoryRow): boolean {
  return !row.unknown && row.reported?.digest !== row.wanted?.digest
}

/** Whether the resource provably runs these bits, so that deploying them again would change nothing. */
export function isProven(row: InventoryRow, wanted: Installed | null): boolean {
  return row.verified && !row.unknown && row.reported?.digest === wanted?.digest
}

/** One component in one environment. */
export interface ComponentInventory {
  readonly component: InventoryRow['component']
  readonly resources: number
  /** What runs, most frequent first; resources that run nothing are in none. */
  readonly versions: readonly {
    readonly version: string
    readonly digest: Digest
    readonly resources: number
    readonly verified: number
    readonly since: Instant
  }[]
  readonly drifted: number
  readonly unknown: number
}

/** Summary by component, ordered by project, application and component. */
export function summariseInventory(rows: readonly InventoryRow[]): readonly ComponentInventory[] {
  const byComponent = Map.groupBy(rows, ({ component }) =>
    [component.project, component.application, component.name].join('/'),
  )
  return [...byComponent.entries()].sort(byKey).flatMap(([, group]) => {
    const [first] = group
    if (first === undefined) return []
    return [
      {
        component: first.component,
        resources: group.length,
        versions: versionsOf(group),
        drifted: group.filter(isDrifted).length,
        unknown: group.filter((row) => row.unknown).length,
      },
    ]
  })
}

function versionsOf(rows: readonly InventoryRow[]): ComponentInventory['versions'] {
  const byDigest = Map.groupBy(rows, ({ reported }) => reported?.digest)
  const versions = [...byDigest.values()].flatMap((group) => {
    const reported = group[0]?.reported
    if (reported === undefined || reported === null) return []
    return [
      {
        ...reported,
        resources: group.length,
        verified: group.filter((row) => row.verified).length,
        since: group.reduce((earliest, row) => Math.min(earliest, row.since), Infinity),
      },
    ]
  })
  return versions.sort((a, b) => b.resources - a.resources || (a.digest < b.digest ? -1 : 1))
}

/** In words: `2.0.0 on 6 of 6`, `2.0.0 on 5 of 6, 1.8.5 on 1 of 6`, `on none of 2`. */
export function presentVersions(summary: ComponentInventory): string {
  const { versions, resources } = summary
  if (versions.length === 0) return `on none of ${resources}`
  return versions
    .map((running) => `${running.version} on ${running.resources} of ${resources}`)
    .join(', ')
}

/** One application in one environment. */
export interface InventoryCell {
  readonly environment: EnvironmentId
  /** The version of most resources; null: nothing runs. */
  readonly version: string | null
  /** Every version that runs, the most frequent first. */
  readonly versions: readonly string[]
  readonly resources: number
  readonly drifted: number
  readonly unknown: number
  /** Every resource provably runs what was wanted. */
  readonly isProven: boolean
}

export interface InventoryMatrixRow {
  readonly project: string
  readonly application: string
  /** One for each environment asked for, in that order; undefined: never deployed there. */
  readonly cells: readonly (InventoryCell | undefined)[]
}

/** Applications × environments: the environments in the order given, the applications by name. */
export function listInventoryMatrix(
  environments: readonly EnvironmentId[],
  rows: readonly InventoryRow[],
): readonly InventoryMatrixRow[] {
  const byApplication = Map.groupBy(rows, ({ component }) =>
    [component.project, component.application].join('/'),
  )
  return [...byApplication.entries()].sort(byKey).flatMap(([, group]) => {
    const [first] = group
    if (first === undefined) return []
    const { project, application } = first.component
    const byEnvironment = Map.groupBy(group, (row) => row.environment)
    return [
      {
        project,
        application,
        cells: environments.map((environment) => cellOf(environment, byEnvironment)),
      },
    ]
  })
}

function cellOf(
  environment: EnvironmentId,
  byEnvironment: ReadonlyMap<EnvironmentId, readonly InventoryRow[]>,
): InventoryCell | undefined {
  const rows = byEnvironment.get(environment)
  if (rows === undefined) return undefined
  const counts = Map.groupBy(
    rows.filter(({ reported }) => reported !== null),
    ({ reported }) => reported?.version ?? '',
  )
  const versions = [...counts.entries()]
    .sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
    .map(([version]) => version)
  return {
    environment,
    version: versions[0] ?? null,
    versions,
    resources: rows.length,
    drifted: rows.filter(isDrifted).length,
    unknown: rows.filter((row) => row.unknown).length,
    isProven: rows.every((row) => isProven(row, row.wanted)),
  }
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
