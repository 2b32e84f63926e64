// Reads everything that planning a run needs to know, in one place, before anything is decided.

import {
  applicationsOf,
  fullName,
  namedVersionsOf,
  type KnownSnapshot,
  type NestedPlan,
  type Pipeline,
  type RunFacts,
  type Source,
} from '@lockstep/define/plan'
import type { ReleaseDefinition } from '@lockstep/define/check'
import { idOf, type Digest, type EnvironmentId, type GroupId, type UserId } from '@lockstep/domain'

import { findDefinition, type StoredDefinition } from '../postgres/deliverables/definition-store.ts'
import { findSnapshotByVersion } from '../postgres/deliverables/snapshot-store.ts'
import { listRows, type Queryable } from '../postgres/queryable.ts'

/** What a run is planned for. */
export interface RunSubject {
  readonly pipeline: Pipeline
  readonly release: StoredDefinition<'release'> | null
  readonly source: Source | null
  readonly snapshots: ReadonlyMap<string, KnownSnapshot>
  readonly nested: ReadonlyMap<string, NestedPlan>
}

/** The facts for planning; what is not there is missing from the maps, and the planner says so by name. */
export async function readRunFacts(db: Queryable, subject: RunSubject): Promise<RunFacts> {
  const { pipeline, release } = subject
  const applications = new Map<string, StoredDefinition<'application'>>()
  for (const name of namesOfApplications(pipeline, release)) {
    const found = await findByFullName(db, 'application', name)
    if (found !== undefined) applications.set(name, found)
  }
  const environments: Map<
    string,
    StoredDefinition<'environment'> & { readonly id: EnvironmentId }
  > = new Map()
  for (const name of namesOfEnvironments(pipeline, release)) {
    const found = await findByFullName(db, 'environment', name)
    if (found !== undefined) environments.set(name, { ...found, id: environmentId(found.uuid) })
  }
  return {
    release,
    applications,
    environments,
    groups: await readGroups(db),
    users: await readUsers(db),
    repositories: await readRepositories(db, pipeline.project),
    source: subject.source,
    snapshots: subject.snapshots,
    versions: await readNamedVersions(db, pipeline),
    nested: subject.nested,
  }
}

async function readNamedVersions(
  db: Queryable,
  pipeline: Pipeline,
): Promise<ReadonlyMap<string, Digest>> {
  const versions = new Map<string, Digest>()
  for (const { application, version } of namedVersionsOf(pipeline)) {
    const [project = '', name = ''] = application.split('/')
    const found = await findSnapshotByVersion(db, { project, name }, version)
    if (found !== undefined) versions.set(`${application} ${version}`, found.digest)
  }
  return versions
}

/** An environment has the uuid of its definition. */
export function environmentId(uuid: string): EnvironmentId {
  return idOf('env', uuid)
}

/** A definition by `project/name`. */
export async function findByFullName<Kind extends 'application' | 'environment' | 'pipeline'>(
  db: Queryable,
  kind: Kind,
  name: string,
): Promise<StoredDefinition<Kind> | undefined> {
  const [project = '', short = ''] = name.split('/')
  return findDefinition(db, { kind, project, name: short })
}

function namesOfApplications(
  pipeline: Pipeline,
  release: { readonly project: string; readonly definition: ReleaseDefinition } | null,
): ReadonlySet<string> {
  const names = new Set(applicationsOf(pipeline))
  for (const collected of release?.definition.applications ?? []) {
    names.add(fullName(collected.application, release?.project ?? pipeline.project))
  }
  return names
}

function namesOfEnvironments(
  pipeline: Pipeline,
  release: { readonly project: string; readonly definition: ReleaseDefinition } | null,
): ReadonlySet<string> {
  const names = new Set<string>()
  for (const stage of pipeline.definition.stages) {
    if (stage.environment !== undefined) names.add(fullName(stage.environment, pipeline.project))
  }
  for (const reference of Object.values(release?.definition.environments ?? {})) {
    names.add(fullName(reference, release?.project ?? pipeline.project))
  }
  return names
}

async function readGroups(
  db: Queryable,
): Promise<ReadonlyMap<string, { readonly id: GroupId; readonly members: number }>> {
  const rows = await listRows<{ id: string; name: string; members: string }>(
    db,
    `SELECT g.id, g.name, count(u.id) AS members FROM groups g
     LEFT JOIN members m ON m.group_id = g.id
     LEFT JOIN users u ON u.id = m.user_id AND u.disabled_at IS NULL
     GROUP BY g.id`,
  )
  return new Map(
    rows.map((row) => [row.name, { id: idOf('grp', row.id), members: Number(row.members) }]),
  )
}

async function readUsers(db: Queryable): Promise<ReadonlyMap<string, { readonly id: UserId }>> {
  const rows = await listRows<{ id: string; name: string }>(
    db,
    `SELECT id, name FROM users WHERE disabled_at IS NULL`,
  )
  return new Map(rows.map((row) => [row.name, { id: idOf('usr', row.id) }]))
}

interface RepositoryRow {
  readonly name: string
  readonly url: string
  readonly refs: Readonly<Record<string, string>>
}

async function readRepositories(
  db: Queryable,
  project: string,
): Promise<ReadonlyMap<string, Source>> {
  const rows = await listRows<RepositoryRow>(
    db,
    `SELECT r.name, r.url, r.refs FROM repositories r JOIN projects p ON p.number = r.project_id
     WHERE p.name = $1`,
    [project],
  )
  const sources = new Map<string, Source>()
  for (const { name, url, refs } of rows) {
    const branch = ['main', 'master'].find((one) => refs[`refs/heads/${one}`] !== undefined)
    const commit = branch === undefined ? undefined : refs[`refs/heads/${branch}`]
    if (branch === undefined || commit === undefined) continue
    sources.set(name, { repository: name, url, branch, commit })
  }
  return sources
}
