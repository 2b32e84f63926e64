// Which version of each application runs in an environment, for "from what to what".

import { idOf, uuidOf } from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'
import { listInventory } from './inventory.ts'

/** By environment and `project/application`: the version that runs there; several are joined, none is missing. */
export type EnvironmentVersions = ReadonlyMap<string, ReadonlyMap<string, string>>

/** The versions that these environments run now, by the last accepted reports. */
export async function readVersions(
  db: Queryable,
  environments: readonly string[],
): Promise<EnvironmentVersions> {
  if (environments.length === 0) return new Map()
  const rows = await listRows<{
    environment_id: string
    component_project: string
    application: string
    versions: readonly string[]
  }>(
    db,
    `SELECT environment_id, component_project, application,
       array_agg(DISTINCT runs->>'version' ORDER BY runs->>'version') AS versions
     FROM inventory WHERE environment_id = ANY ($1::uuid[]) AND runs IS NOT NULL
     GROUP BY environment_id, component_project, application`,
    [[...new Set(environments)].map(uuidOf)],
  )
  const found = new Map<string, Map<string, string>>()
  for (const row of rows) {
    const environment = idOf('env', row.environment_id)
    const applications = found.get(environment) ?? new Map<string, string>()
    applications.set(`${row.component_project}/${row.application}`, severalOf(row.versions))
    found.set(environment, applications)
  }
  return found
}

/** The versions that an environment ran at a moment of the past, by `project/application`. */
export async function readVersionsAt(
  db: Queryable,
  environment: string,
  at: Date,
): Promise<ReadonlyMap<string, string>> {
  const rows = await listInventory(db, { environment, at })
  const found = new Map<string, Set<string>>()
  for (const { component, reported } of rows) {
    if (reported === null) continue
    const name = `${component.project}/${component.application}`
    found.set(name, (found.get(name) ?? new Set()).add(reported.version))
  }
  return new Map([...found].map(([name, versions]) => [name, severalOf([...versions].toSorted())]))
}

const VERSIONS_NAMED_MAX = 3

function severalOf(versions: readonly string[]): string {
  const named = versions.slice(0, VERSIONS_NAMED_MAX).join(', ')
  return versions.length > VERSIONS_NAMED_MAX ? `${named}, …` : named
}
