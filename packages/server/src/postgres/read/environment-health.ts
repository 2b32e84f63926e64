import { uuidOf } from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'

/** How many resources of an environment are known, and a sentence for each that is not as it should be. */
export async function listEnvironmentFaults(
  db: Queryable,
  environment: string,
): Promise<{ readonly resources: number; readonly faults: readonly string[] }> {
  const rows = await listRows<{
    component: string
    resource: string
    runs: { version: string; digest: string } | null
    wanted: { version: string; digest: string } | null
    verified: boolean
    unknown: boolean
  }>(
    db,
    `SELECT component, resource, runs, wanted, verified, unknown FROM inventory
     WHERE environment_id = $1 AND (runs IS NOT NULL OR wanted IS NOT NULL OR unknown)
     ORDER BY component, resource`,
    [uuidOf(environment)],
  )
  const faults = rows.flatMap((row) => {
    const where = `${row.component} on ${row.resource}`
    if (row.unknown) return [`nobody knows what ${where} runs`]
    if (row.runs?.digest !== row.wanted?.digest) {
      return [
        `${where} runs ${row.runs?.version ?? 'nothing'}, wanted ${row.wanted?.version ?? 'nothing'}`,
      ]
    }
    return row.verified ? [] : [`${where} is not verified`]
  })
  return { resources: rows.length, faults }
}
