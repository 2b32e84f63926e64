// Locks of environments and collections of releases: what runs beside a definition. Made after the commit of an apply, and
// made good when the server starts; both may happen twice.

import type { ReleaseDefinition } from '@lockstep/define/check'
import {
  idOf,
  lockOf,
  uuidOf,
  type ProjectId,
  type ReleaseState,
  type WantedApplication,
} from '@lockstep/domain'

import type { ReactorPort } from '../../ports/reactor.ts'
import { listRows, type Queryable } from '../../postgres/queryable.ts'
import {
  findDefinition,
  listDefinitionsById,
} from '../../postgres/deliverables/definition-store.ts'
import { listNewestPassed } from '../../postgres/read/passed.ts'

export interface EnsureDeps {
  readonly db: Queryable
  readonly reactor: Pick<ReactorPort, 'create' | 'submit'>
}

/** Gives every environment its lock, and every release its collection with the applications of its newest revision. */
export async function ensureDefinitionAggregates(
  deps: EnsureDeps,
  /** Only of this project. */
  project?: ProjectId,
): Promise<void> {
  for (const environment of await listWithoutLock(deps.db, project)) {
    const id = idOf('env', environment.id)
    await deps.reactor.create(
      { project: environment.project_id, kind: 'environment_lock', id: lockOf(id) },
      { type: 'lock_created', environment: id },
      'rule',
    )
  }
  for (const release of await listReleases(deps.db, project)) await ensureRelease(deps, release)
}

/** Gives one release the contents of its newest revision: while its run went on, they could not be changed. */
export async function ensureCollection(
  deps: EnsureDeps,
  named: { readonly project: string; readonly name: string },
): Promise<void> {
  const release = await findDefinition(deps.db, { kind: 'release', ...named })
  if (release === undefined) return
  const rows = await listReleases(deps.db, undefined)
  const row = rows.find(({ id }) => id === release.uuid)
  if (row !== undefined) await ensureRelease(deps, row)
}

async function listWithoutLock(
  db: Queryable,
  project: ProjectId | undefined,
): Promise<readonly { readonly id: string; readonly project_id: number }[]> {
  return listRows(
    db,
    `SELECT d.id, d.project_id FROM definitions d JOIN projects p ON p.number = d.project_id
     WHERE d.kind = 'environment' AND d.retired_at IS NULL AND ($1::uuid IS NULL OR p.id = $1)
       AND NOT EXISTS (SELECT FROM aggregates a WHERE a.root_id = d.id AND a.parent_id IS NULL)`,
    [project === undefined ? null : uuidOf(project)],
  )
}

interface ReleaseRow {
  readonly id: string
  readonly project_id: number
  readonly project: string
  readonly state: ReleaseState | null
}

async function listReleases(
  db: Queryable,
  project: ProjectId | undefined,
): Promise<readonly ReleaseRow[]> {
  return listRows(
    db,
    `SELECT d.id, d.project_id, p.name AS project, a.state FROM definitions d
     JOIN projects p ON p.number = d.project_id
     LEFT JOIN aggregates a ON a.root_id = d.id AND a.id = d.id AND a.kind = 'release'
     WHERE d.kind = 'release' AND d.retired_at IS NULL AND ($1::uuid IS NULL OR p.id = $1)
       AND (a.id IS NULL OR a.finished_at IS NULL)`,
    [project === undefined ? null : uuidOf(project)],
  )
}

async function ensureRelease(deps: EnsureDeps, row: ReleaseRow): Promise<void> {
  const [stored] = await listDefinitionsById(deps.db, [row.id])
  if (stored?.definition.kind !== 'release') return
  const applications = wantedOf(stored.definition, row.project)
  const id = idOf('rel', row.id)
  const target = { project: row.project_id, root: id, id }
  if (row.state === null) {
    const { name } = stored.definition
    await deps.reactor.create(
      { project: row.project_id, kind: 'release', id },
      { type: 'release_planned', project: row.project, name, applications },
      'rule',
    )
  } else if (!collects(row.state, applications)) {
    // Refused once it was started: what is delivered stays what was collected for it.
    await deps.reactor.submit(target, { type: 'contents_changed', applications }, 'rule')
  } else return
  await offerPassed(deps, target, applications)
}

/** Offers the newest snapshots that have passed already; a release that knows them, or newer ones, refuses them. */
async function offerPassed(
  { db, reactor }: EnsureDeps,
  target: { readonly project: number; readonly root: string; readonly id: string },
  applications: readonly WantedApplication[],
): Promise<void> {
  for (const { application, from } of applications) {
    for (const passed of await listNewestPassed(db, application, from)) {
      const taken = await reactor.submit(
        target,
        { type: 'application_passed', application, ...passed },
        'rule',
      )
      // An older one may be within the range of versions where a newer one is not.
      if (taken.ok || taken.refusal !== 'version_out_of_range') break
    }
  }
}

function wantedOf(release: ReleaseDefinition, own: string): readonly WantedApplication[] {
  return release.applications.map(({ application, from, versions }) => ({
    application: { project: application.project ?? own, name: application.name },
    from: { project: from.project ?? own, name: from.name },
    versions: versions ?? null,
  }))
}

function collects(state: ReleaseState, wanted: readonly WantedApplication[]): boolean {
  if (state.applications.length !== wanted.length) return false
  return wanted.every(({ application, from, versions }, index) => {
    const has = state.applications[index]
    const address = `${application.project}/${application.name}`
    const pipeline = `${from.project}/${from.name}`
    return (
      has?.application === address &&
      (has.from ?? has.application) === pipeline &&
      has.versions === (versions ?? '*')
    )
  })
}
