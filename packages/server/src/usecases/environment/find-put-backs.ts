import {
  findPutBack,
  isDrifted,
  type EnvironmentId,
  type InventoryRow,
  type PutBack,
} from '@lockstep/domain'

import type { Queryable } from '../../postgres/queryable.ts'
import { broughtKey, listBrought, type BroughtHere } from '../../postgres/read/brought.ts'
import type { RunOfRoot } from '../../postgres/read/environments.ts'
import { listPutBacksUnderWay } from '../../postgres/read/under-way.ts'
import { listEnvironmentAgents } from '../../postgres/read/environment-agents.ts'

/** What puts an application back, and the run that does so already. */
export interface PutBackHere extends PutBack<BroughtHere> {
  readonly underWay: RunOfRoot | undefined
}

/** What puts the application of a row back in its environment; undefined: nothing of it drifts there. */
export type PutBacks = (row: InventoryRow) => PutBackHere | undefined

/** Looks where something drifts for what puts it back; the rows have to be all of an application in an environment. */
export async function findPutBacks(
  db: Queryable,
  rows: readonly InventoryRow[],
): Promise<PutBacks> {
  const keyOf = ({ environment, component }: InventoryRow): string =>
    broughtKey(environment, component)
  const drifted = rows.filter(isDrifted)
  if (drifted.length === 0) return () => undefined
  const environments = [...new Set(drifted.map(({ environment }) => environment))]
  const brought = await listBrought(db, environments)
  const underWay = await listPutBacksUnderWay(db, environments)
  const resources = new Map<EnvironmentId, ReadonlySet<string>>()
  for (const environment of environments) {
    const agents = await listEnvironmentAgents(db, environment)
    resources.set(environment, new Set(agents.map(({ name }) => name)))
  }
  const wanted = new Set(drifted.map(keyOf))
  const found = new Map(
    [...Map.groupBy(rows, keyOf)].flatMap(([key, own]) => {
      const [first] = own
      if (first === undefined || !wanted.has(key)) return []
      const input = {
        rows: own,
        resources: resources.get(first.environment) ?? new Set<string>(),
        deployments: brought.get(key) ?? [],
      }
      return [[key, { ...findPutBack(input), underWay: underWay.get(key) }] as const]
    }),
  )
  return (row) => found.get(keyOf(row))
}
