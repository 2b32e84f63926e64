import { answer, refused, type deliverableRoutes } from '@lockstep/contract'
import { idOf, uuidOf, type Actor, type ProjectId, type ReleaseId } from '@lockstep/domain'

import type { ReactorPort } from '../../ports/reactor.ts'
import { verifyAudit } from '../../postgres/audit/verify-audit.ts'
import {
  findDefinitionById,
  pageDefinitions,
  type StoredDefinition,
} from '../../postgres/deliverables/definition-store.ts'
import {
  insertRepository,
  listRepositories,
  nudgeRepository,
  type WatchedRepository,
} from '../../postgres/deliverables/repository-store.ts'
import {
  findSnapshotByVersion,
  listSnapshots,
  pageArtifacts,
} from '../../postgres/deliverables/snapshot-store.ts'
import { findRow, queryableOn, type Database, type Queryable } from '../../postgres/queryable.ts'
import { listAuditEntries } from '../../postgres/read/audit-entries.ts'
import { readDossier } from '../../postgres/read/dossier.ts'
import { listNewestPassed } from '../../postgres/read/passed.ts'
import { readReleases, readRunAddresses } from '../../postgres/read/releases.ts'
import { sentenceOf } from '../../usecases/run/refusal-sentences.ts'
import { NOT_FOUND } from '../authorize.ts'
import { pageFrom, sliceOf } from '../page.ts'
import {
  presentArtifact,
  presentRelease,
  presentRepository,
  presentSnapshot,
  type ReleaseView,
} from '../present-deliverable.ts'
import { actorOf } from '../principal.ts'
import { projectsInReach } from '../reach.ts'
import type { ServerHandlers } from '../request-context.ts'

const POLL_MS = 60_000

export interface DeliverableDeps {
  readonly db: Database
  readonly reactor: Pick<ReactorPort, 'submit'>
  /** Why an address is not one that this server asks; undefined when it is. */
  readonly refuseRepository: (url: string) => string | undefined
}

/** What is delivered, and what proves it: releases, snapshots, artifacts, repositories, audit trail. */
export function deliverableHandlers(
  deps: DeliverableDeps,
): ServerHandlers<typeof deliverableRoutes> {
  const { db, reactor } = deps
  const showRelease = async (release: ReleaseId) => {
    const view = await findRelease(db, release)
    return view === undefined ? NOT_FOUND : answer(presentRelease(view))
  }
  const change = async (release: ReleaseId, event: { readonly type: string }, by: Actor) => {
    const view = await findRelease(db, release)
    if (view === undefined) return NOT_FOUND
    const target = { project: view.definition.projectNumber, root: release, id: release }
    const submitted = await reactor.submit(target, { ...event }, by)
    if (submitted.ok) return showRelease(release)
    return refused('wrong_state', sentenceOf(submitted.refusal, `release ${view.definition.name}`))
  }
  return {
    async listReleases({ query }, { reach }) {
      const slice = sliceOf(query)
      if (!slice.ok) return slice
      const projects = projectsInReach(reach, query.project)
      const rows = await pageDefinitions(db, {
        kind: 'release',
        name: query.name,
        projects: projects === 'all' ? null : projects.map(uuidOf),
        after: slice.after === undefined ? undefined : uuidOf(slice.after),
        limit: slice.limit,
      })
      return answer(pageFrom(await viewReleases(db, rows), query.limit, presentRelease))
    },
    showRelease: ({ params }) => showRelease(params.release),
    async freezeApplication({ params, body }, { principal }) {
      const application = nameIn(body.application)
      if (application === undefined) return unknownApplication(body.application)
      const type = body.frozen ? 'application_frozen' : 'application_unfrozen'
      return change(params.release, { type, ...{ application } }, actorOf(principal))
    },
    async pinApplication({ params, body }, { principal }) {
      const view = await findRelease(db, params.release)
      const application = nameIn(body.application)
      if (view === undefined) return NOT_FOUND
      if (application === undefined) return unknownApplication(body.application)
      const collected = view.state?.applications.find((one) => one.application === body.application)
      const from = nameIn(collected?.from ?? body.application) ?? application
      const passed = await listNewestPassed(db, application, from)
      const chosen = passed.find(({ version }) => version === body.version)
      if (chosen === undefined) {
        return refused(
          'unknown_reference',
          `${body.application} ${body.version} has not passed ${from.project}/${from.name}. Passed: ${passed.map(({ version }) => version).join(', ') || 'none'}.`,
        )
      }
      const event = { type: 'application_pinned', application, ...chosen }
      return change(params.release, event, actorOf(principal))
    },
    async showDossier({ params }) {
      const dossier = await readDossier(db, params.release)
      return dossier === undefined ? NOT_FOUND : answer(dossier)
    },
    async listSnapshots({ query }) {
      const project = await findProject(db, query.project)
      if (project === undefined) return NOT_FOUND
      const application = { project: project.name, name: query.application }
      const found =
        query.version === undefined
          ? await listSnapshots(db, application)
          : [await findSnapshotByVersion(db, application, query.version)].filter(
              (one) => one !== undefined,
            )
      const addresses = await readRunAddresses(
        db,
        found.map(({ root }) => idOf('run', root)),
      )
      return answer({
        items: found
          .slice(0, query.limit)
          .map((one) => presentSnapshot(one, addresses.get(idOf('run', one.root)) ?? null)),
        next: null,
      })
    },
    async listArtifacts({ query }) {
      const slice = sliceOf(query)
      const project = await findProject(db, query.project)
      if (project === undefined) return NOT_FOUND
      if (!slice.ok) return slice
      const { application, component } = query
      const rows = await pageArtifacts(db, {
        project: project.number,
        application,
        component,
        after: slice.after === undefined ? undefined : uuidOf(slice.after),
        limit: slice.limit,
      })
      return answer(pageFrom(rows, query.limit, presentArtifact))
    },
    async listRepositories({ query }) {
      const project = await findProject(db, query.project)
      if (project === undefined) return NOT_FOUND
      const all = await listRepositories(db, project.number)
      return answer({ items: all.slice(0, query.limit).map(presentRepository), next: null })
    },
    async addRepository({ body }, { inTransaction }) {
      const refusal = deps.refuseRepository(body.url)
      if (refusal !== undefined) return refused('invalid_field', refusal, { field: 'url' })
      const { name, url } = body
      return inTransaction(async (write) => {
        const tx = queryableOn(write.tx)
        const project = await findProject(tx, body.project)
        if (project === undefined) return NOT_FOUND
        const pollMs = body.pollMs ?? POLL_MS
        if (!(await insertRepository(tx, { projectNumber: project.number, name, url, pollMs }))) {
          return refused('name_taken', `This project follows a repository "${name}" already.`)
        }
        await write.record({
          type: 'repository_added',
          subject: body.project,
          project: project.number,
          body: { name, url, pollMs },
        })
        const added = await findRepository(tx, project.number, name)
        return added === undefined ? NOT_FOUND : answer(presentRepository(added))
      })
    },
    async pollRepository({ body }) {
      const project = await findProject(db, body.project)
      if (project === undefined) return NOT_FOUND
      await nudgeRepository(db, project.number, body.name)
      const found = await findRepository(db, project.number, body.name)
      if (found !== undefined) return answer(presentRepository(found))
      return refused('unknown_reference', `This project follows no repository "${body.name}".`)
    },
    async listAuditEntries({ query }) {
      const project = await findProject(db, query.project)
      if (project === undefined) return NOT_FOUND
      const { limit, after, subject } = query
      const page = await listAuditEntries(db, { project: project.number, limit, after, subject })
      return page === undefined
        ? refused(
            'invalid_field',
            '"after" in the query is not a cursor that a page gave as "next".',
          )
        : answer(page)
    },
    async verifyAudit() {
      const client = await db.connect()
      try {
        const verdict = await verifyAudit(client)
        if (verdict.ok) {
          const { events, seals } = verdict
          return answer({ ok: true, entries: events, seals, broken: null, head: null })
        }
        const { lane, n, reason } = verdict
        const broken = `seal ${n} of lane ${lane}: ${reason.replaceAll('_', ' ')}`
        return answer({ ok: false, entries: 0, seals: 0, broken, head: null })
      } finally {
        client.release()
      }
    },
  }
}

function unknownApplication(name: string) {
  return refused(
    'unknown_reference',
    `"${name.slice(0, 120)}" is not an application of this release: write project/name.`,
  )
}

function nameIn(text: string): { readonly project: string; readonly name: string } | undefined {
  const [project, name, ...rest] = text.split('/')
  if (project === undefined || name === undefined || rest.length > 0) return undefined
  return { project, name }
}

async function findRelease(db: Queryable, release: ReleaseId): Promise<ReleaseView | undefined> {
  const definition = await findDefinitionById(db, uuidOf(release))
  if (definition === undefined || !isRelease(definition)) return undefined
  const [view] = await viewReleases(db, [definition])
  return view
}

function isRelease(definition: StoredDefinition): definition is StoredDefinition<'release'> {
  return definition.kind === 'release'
}

async function viewReleases(
  db: Queryable,
  definitions: readonly StoredDefinition<'release'>[],
): Promise<readonly ReleaseView[]> {
  const states = await readReleases(
    db,
    definitions.map(({ uuid }) => uuid),
  )
  const runs = [...states.values()].flatMap(({ state }) => [
    ...state.applications.flatMap(({ taken }) => (taken === undefined ? [] : [taken.run])),
    ...(state.run === null ? [] : [state.run]),
  ])
  const addresses = await readRunAddresses(db, runs)
  return definitions.map((definition) => {
    const found = states.get(definition.uuid)
    const { state, version = 1 } = found ?? {}
    return { id: idOf('rel', definition.uuid), definition, state, version, addresses }
  })
}

async function findProject(
  db: Queryable,
  project: ProjectId,
): Promise<{ readonly number: number; readonly name: string } | undefined> {
  return findRow(db, `SELECT number, name FROM projects WHERE id = $1`, [uuidOf(project)])
}

async function findRepository(
  db: Queryable,
  project: number,
  name: string,
): Promise<WatchedRepository | undefined> {
  return (await listRepositories(db, project)).find((one) => one.name === name)
}
