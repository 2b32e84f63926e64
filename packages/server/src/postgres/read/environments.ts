// Environments with who holds them and who works in them.

import {
  idOf,
  uuidOf,
  type EnvironmentId,
  type EnvironmentLockState,
  type ProjectId,
  type RunId,
} from '@lockstep/domain'

import type { StoredDefinition } from '../deliverables/definition-store.ts'
import { listRows, type Queryable } from '../queryable.ts'

/** An environment as people see it. */
export interface EnvironmentView {
  readonly definition: StoredDefinition<'environment'>
  /** Names of the agents that may work in it. */
  readonly agents: readonly string[]
  /** undefined: nobody has ever asked for it. */
  readonly lock: EnvironmentLockState | undefined
  /** Who is named in the lock: address and project of a run by the id of its root, name of a person by their id. */
  readonly runs: ReadonlyMap<string, RunOfRoot>
  readonly people: ReadonlyMap<string, string>
}

/** The newest run under a root. */
export interface RunOfRoot {
  /** `project/name/number`. */
  readonly address: string
  readonly project: ProjectId
}

/** What is around these environments. */
export async function viewEnvironments(
  db: Queryable,
  definitions: readonly StoredDefinition<'environment'>[],
): Promise<readonly EnvironmentView[]> {
  const uuids = definitions.map(({ uuid }) => uuid)
  const locks = await readLocks(db, uuids)
  const agents = await readAgents(db, uuids)
  const states = [...locks.values()]
  const runs = await listRunsOfRoots(db, states.flatMap(rootsIn))
  const people = await readNames(db, states.flatMap(peopleIn))
  return definitions.map((definition) => ({
    definition,
    agents: agents.get(definition.uuid) ?? [],
    lock: locks.get(definition.uuid),
    runs,
    people,
  }))
}

async function readLocks(
  db: Queryable,
  uuids: readonly string[],
): Promise<ReadonlyMap<string, EnvironmentLockState>> {
  const rows = await listRows<{ root_id: string; state: EnvironmentLockState }>(
    db,
    `SELECT root_id, state FROM aggregates
     WHERE root_id = ANY ($1::uuid[]) AND id = root_id AND kind = 'environment_lock'`,
    [uuids],
  )
  return new Map(rows.map(({ root_id: uuid, state }) => [uuid, state]))
}

async function readAgents(
  db: Queryable,
  uuids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await listRows<{ environment: string; names: readonly string[] }>(
    db,
    `SELECT s.environment_id AS environment, array_agg(a.name ORDER BY a.name) AS names
     FROM agent_assignments s JOIN agents a ON a.id = s.agent_id AND a.revoked_at IS NULL
     WHERE s.environment_id = ANY ($1::uuid[]) GROUP BY s.environment_id`,
    [uuids],
  )
  return new Map(rows.map(({ environment, names }) => [environment, names]))
}

function rootsIn({ holder, queue }: EnvironmentLockState): readonly string[] {
  const held = holder?.kind === 'runs' ? holder.claims : []
  return [...held, ...queue].map(([run]) => run)
}

function peopleIn({ holder, nextPerson }: EnvironmentLockState): readonly string[] {
  const held = holder?.kind === 'person' ? [holder.person] : []
  return nextPerson === null ? held : [...held, nextPerson.person]
}

/** The newest run under each of these roots, by the id of the root. */
async function listRunsOfRoots(
  db: Queryable,
  roots: readonly string[],
): Promise<ReadonlyMap<string, RunOfRoot>> {
  const rows = await listRows<{ root: string; address: string; project: string }>(
    db,
    `SELECT DISTINCT ON (r.root_id) r.root_id AS root, p.name || '/' || r.name || '/' || r.number AS address,
       p.id AS project
     FROM runs r JOIN projects p ON p.number = r.project_id
     WHERE r.root_id = ANY ($1::uuid[]) ORDER BY r.root_id, r.number DESC`,
    [[...new Set(roots)].map(uuidOf)],
  )
  const found = new Map(rows.map((row) => [row.root, row]))
  return new Map(
    roots.flatMap((root): [string, RunOfRoot][] => {
      const run = found.get(uuidOf(root))
      return run === undefined
        ? []
        : [[root, { address: run.address, project: idOf('prj', run.project) }]]
    }),
  )
}

async function readNames(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await listRows<{ id: string; name: string }>(
    db,
    `SELECT id, name FROM users WHERE id = ANY ($1::uuid[])
     UNION ALL SELECT id, name FROM service_accounts WHERE id = ANY ($1::uuid[])`,
    [ids.map(uuidOf)],
  )
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  return new Map(ids.map((id) => [id, names.get(uuidOf(id)) ?? id]))
}

/** An environment by its id, also a retired one: what was in it stays readable. */
export interface EnvironmentName {
  readonly id: EnvironmentId
  readonly project: string
  readonly name: string
  readonly title: string
}

/** Environments of projects, and some others by their uuid. `projects` null: all. */
export async function listEnvironmentNames(
  db: Queryable,
  wanted: { readonly projects: readonly string[] | null; readonly also: readonly string[] },
): Promise<readonly EnvironmentName[]> {
  const rows = await listRows<Omit<EnvironmentName, 'id'> & { readonly uuid: string }>(
    db,
    `SELECT d.id AS uuid, p.name AS project, d.name, COALESCE(r.body->>'title', d.name) AS title
     FROM definitions d JOIN projects p ON p.number = d.project_id
     JOIN definition_revisions r ON r.definition_id = d.id AND r.revision = d.revision
     WHERE d.kind = 'environment' AND ($1::uuid[] IS NULL OR p.id = ANY ($1) OR d.id = ANY ($2::uuid[]))
     ORDER BY p.name, d.name LIMIT 5000`,
    [wanted.projects, wanted.also],
  )
  return rows.map(({ uuid, ...name }) => ({ id: idOf('env', uuid), ...name }))
}

/** A run under a root, and who started it. */
export interface RunAt extends RunOfRoot {
  readonly id: RunId
  readonly starter: string
}

/** Runs that put something somewhere: of a root, the newest that had begun at that moment. */
export async function listRunsAt(
  db: Queryable,
  moments: readonly { readonly root: string; readonly at: number }[],
): Promise<readonly (RunAt | undefined)[]> {
  const rows = await listRows<{
    root: string
    id: string
    address: string
    project: string
    starter: string
    at: Date
  }>(
    db,
    `SELECT r.root_id AS root, r.id, p.name || '/' || r.name || '/' || r.number AS address, p.id AS project,
       r.starter, r.created_at AS at
     FROM runs r JOIN projects p ON p.number = r.project_id
     WHERE r.root_id = ANY ($1::uuid[]) ORDER BY r.root_id, r.number DESC LIMIT 20000`,
    [[...new Set(moments.map(({ root }) => uuidOf(root)))]],
  )
  const byRoot = Map.groupBy(rows, ({ root }) => root)
  return moments.map(({ root, at }) => {
    const runs = byRoot.get(uuidOf(root)) ?? []
    const found = runs.find((run) => run.at.getTime() <= at) ?? runs.at(-1)
    return (
      found && {
        id: idOf('run', found.id),
        address: found.address,
        project: idOf('prj', found.project),
        starter: found.starter,
      }
    )
  })
}
