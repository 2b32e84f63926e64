// What meets in the field: what a run brings, and what runs in an environment, with their contracts.

import { uuidOf, type Contracts, type Fielded, type Offer } from '@lockstep/domain'

import { findSnapshot } from '../deliverables/snapshot-store.ts'
import { listRows, type Queryable } from '../queryable.ts'

/** The components of snapshots with the contracts that their builds stamped on them. */
export async function readOffers(
  db: Queryable,
  digests: readonly string[],
): Promise<readonly Offer[]> {
  const offers: Offer[] = []
  for (const digest of digests) {
    const snapshot = await findSnapshot(db, digest)
    if (snapshot === undefined) throw new Error(`the snapshot ${digest} is not there`)
    const { application, components } = snapshot.body
    for (const { name, version, contracts } of components) {
      offers.push({
        application: `${application.project}/${application.name}`,
        component: name,
        version,
        ...contracts,
      })
    }
  }
  return offers
}

/** What runs in an environment now, with the contracts of the artifacts that run. */
export async function readField(
  db: Queryable,
  environment: { readonly id: string; readonly title: string },
): Promise<readonly Fielded[]> {
  const rows = await listRows<{
    project: string
    application: string
    component: string
    version: string
    contracts: Contracts | null
    count: string
  }>(
    db,
    `SELECT i.component_project AS project, i.application, i.component, i.runs->>'version' AS version,
       a.contracts, count(*) AS count
     FROM inventory i
     JOIN projects p ON p.name = i.component_project
     LEFT JOIN artifacts a ON a.project_id = p.number AND a.application = i.application
       AND a.component = i.component AND a.digest = i.runs->>'digest'
     WHERE i.environment_id = $1 AND i.runs IS NOT NULL
     GROUP BY 1, 2, 3, 4, 5`,
    [uuidOf(environment.id)],
  )
  return rows.map((row) => ({
    application: `${row.project}/${row.application}`,
    component: row.component,
    version: row.version,
    provides: row.contracts?.provides ?? {},
    requires: row.contracts?.requires ?? {},
    count: Number(row.count),
    where: environment.title,
    leaves: true,
  }))
}
