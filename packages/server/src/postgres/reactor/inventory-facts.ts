// What the facts of one flush say of the inventory in the end: a statement writes each row once.

import { uuidOf, type Fact } from '@lockstep/domain'
import type { WriteOf } from './write.ts'

export interface FactWrite<K extends Fact['kind']> {
  readonly fact: Extract<Fact, { readonly kind: K }>
  readonly cause: WriteOf<'fact'>['cause']
  readonly origin: WriteOf<'fact'>['origin']
}
type OfInventory = FactWrite<'inventory'> | FactWrite<'passed_over'>

interface Row {
  readonly environment: string
  readonly component_project: string
  readonly application: string
  readonly component: string
  readonly resource: string
}
type Bits = Extract<Fact, { kind: 'inventory' }>['runs']

interface Passed extends Row {
  readonly wanted: Bits
  readonly by_root: string
  readonly source: string
  readonly seq: number
  readonly ordinal: number
}

interface Known extends Passed {
  readonly runs: Bits
  readonly verified: boolean
  readonly unknown: boolean
  readonly by_job: string | null
}

/** In the order in which they happened; `passed` are of rows of which nothing else was said. */
export interface InventoryFacts {
  /** For the log. */
  readonly known: readonly Known[]
  /** The last of each row, in order of keys. */
  readonly current: readonly Known[]
  readonly passed: readonly Passed[]
}

/**
 * The last word on each row counts. A resource that was passed over is then wanted as the later fact says; one that an
 * earlier fact is about is wanted otherwise from then on, and known to run what that fact found.
 */
export function foldInventoryFacts(writes: readonly WriteOf<'fact'>[]): InventoryFacts {
  const known: Known[] = []
  const last = new Map<string, number>()
  const passed = new Map<string, Passed>()
  for (const { fact, cause } of writes) {
    if (fact.kind !== 'inventory' && fact.kind !== 'passed_over') continue
    const said = passedOf({ fact, cause })
    const key = keyOf(said)
    const at = last.get(key)
    if (fact.kind === 'inventory') {
      passed.delete(key)
      last.set(key, known.length)
      const { runs, verified, unknown, by } = fact
      const by_job = by.job === null ? null : uuidOf(by.job)
      known.push({ ...said, runs, verified, unknown, by_job })
      continue
    }
    const before = at === undefined ? undefined : known[at]
    if (at === undefined || before === undefined) passed.set(key, said)
    else known[at] = passOver(before, said)
  }
  const current = [...last]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, at]) => known[at] ?? [])
  return { known, current, passed: [...passed.values()] }
}

/** As `addPassedOver` does with a row that is there. */
function passOver(before: Known, said: Passed): Known {
  const { wanted } = said
  const isSame = before.runs !== null && before.runs.digest === wanted?.digest
  const runs = isSame ? wanted : before.runs
  const isAsItWas = isEqual(before.wanted, wanted) && isEqual(before.runs, runs)
  return isAsItWas ? before : { ...before, ...said, runs, by_job: null }
}

function isEqual(one: Bits, other: Bits): boolean {
  return one?.digest === other?.digest && one?.version === other?.version
}

function passedOf({ fact, cause }: Pick<OfInventory, 'fact' | 'cause'>): Passed {
  return {
    environment: uuidOf(fact.environment),
    component_project: fact.component.project,
    application: fact.component.application,
    component: fact.component.name,
    resource: fact.resource,
    wanted: fact.wanted,
    by_root: uuidOf(fact.by.root),
    source: cause.place.id,
    seq: cause.seq,
    ordinal: cause.ordinal,
  }
}

function keyOf({ environment, component_project, application, component, resource }: Row): string {
  return JSON.stringify([environment, component_project, application, component, resource])
}
