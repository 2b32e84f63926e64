// Path to production: which version of each component is in which stage now, and whether it is what the run brings.

import type { InventoryRow } from '../../lib/inventory.ts'
import type { Run } from '../../lib/runs.ts'
import type { ShownState } from '../../ui/state.ts'
import type { Snapshot } from './brought-snapshots.ts'

export interface PathCell {
  /** The most frequent first; empty: nothing runs there. */
  readonly versions: readonly string[]
  readonly state: ShownState
  /** In words, what the glyph says. */
  readonly says: string
}

export interface PathRow {
  readonly component: string
  readonly version: string
  readonly digest: string
  /** By stage with an environment. */
  readonly cells: readonly PathCell[]
}

/** A row for each component of a snapshot, a cell for each stage that goes somewhere. */
export function pathOf(
  run: Pick<Run, 'stages'>,
  snapshot: Pick<Snapshot, 'application' | 'components'>,
  inventory: readonly InventoryRow[],
): readonly PathRow[] {
  const places = placesOf(run)
  return snapshot.components.map(({ name, version, digest }) => ({
    component: name,
    version,
    digest,
    cells: places.map(({ environment }) =>
      cellOf(
        digest,
        inventory.filter(
          (row) =>
            row.environmentName === environment &&
            row.application === snapshot.application &&
            row.component === name,
        ),
      ),
    ),
  }))
}

/** The stages that deploy somewhere. */
export function placesOf(
  run: Pick<Run, 'stages'>,
): readonly { readonly stage: Run['stages'][number]; readonly environment: string }[] {
  return run.stages.flatMap((stage) =>
    stage.environment === null ? [] : [{ stage, environment: stage.environment }],
  )
}

function cellOf(digest: string, rows: readonly InventoryRow[]): PathCell {
  const installed = rows.flatMap(({ reported }) => (reported === null ? [] : [reported]))
  const versions = [...new Set(installed.map(({ version }) => version))]
  if (installed.length === 0) {
    return { versions, state: 'not_started', says: 'nothing runs there' }
  }
  if (rows.some(({ unknown }) => unknown)) {
    return { versions, state: 'unknown', says: 'nobody can prove what runs' }
  }
  if (rows.some(({ drift }) => drift)) {
    return { versions, state: 'drifted', says: 'something else runs than was deployed' }
  }
  const same = installed.filter((one) => one.digest === digest).length
  if (same === installed.length) {
    const isVerified = rows.every(({ verified }) => verified)
    const says = isVerified ? 'the same bits, read again there' : 'the same bits, as reported'
    return { versions, state: 'passed', says }
  }
  if (same > 0) {
    return { versions, state: 'running', says: `on ${same} of ${installed.length}` }
  }
  return { versions, state: 'not_started', says: 'another version' }
}
