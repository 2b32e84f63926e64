import { answer, refused, type deliverableRoutes } from '@lockstep/contract'
import { uuidOf, type ProjectId } from '@lockstep/domain'

import { listCommitsBetween } from '../../postgres/deliverables/commit-store.ts'
import {
  findRepository,
  listRepositories,
  nudgeRepository,
  type WatchedRepository,
} from '../../postgres/deliverables/repository-store.ts'
import { pageArtifacts } from '../../postgres/deliverables/snapshot-store.ts'
import { queryableOn, type Queryable } from '../../postgres/queryable.ts'
import { findProject } from '../../postgres/read/known.ts'
import { pageSnapshots } from '../../postgres/read/releases.ts'
import { changeRepository } from '../../usecases/repository/change.ts'
import { followRepository, type RefuseAddress } from '../../usecases/repository/follow.ts'
import { unfollowRepository } from '../../usecases/repository/unfollow.ts'
import { takeFromEnvironment } from '../../usecases/snapshot/take-from-environment.ts'
import { NOT_FOUND } from '../authorize.ts'
import { cursorOf, NOT_A_CURSOR, pageFrom, placeIn, sliceOf } from '../page.ts'
import { presentArtifact, presentRepository, presentSnapshot } from '../present-deliverable.ts'
import type { ServerHandlers } from '../request-context.ts'

type DeliverableRoutes = Pick<
  typeof deliverableRoutes,
  | 'listSnapshots'
  | 'takeSnapshot'
  | 'listArtifacts'
  | 'listRepositories'
  | 'addRepository'
  | 'changeRepository'
  | 'deleteRepository'
  | 'pollRepository'
  | 'compareCommits'
>

/** Snapshots, artifacts, and the repositories that they come from. */
export function deliverableHandlers({
  db,
  refuseRepository,
}: {
  readonly db: Queryable
  readonly refuseRepository: RefuseAddress
}): ServerHandlers<DeliverableRoutes> {
  return {
    async listSnapshots({ query }) {
      const project = await findProject(db, query.project)
      if (project === undefined) return NOT_FOUND
      const before = placeIn(query.after, /^\d{1,15}$/)
      if (before === null) return NOT_A_CURSOR
      const rows = await pageSnapshots(db, {
        project: project.name,
        application: query.application,
        version: query.version,
        before: before === undefined ? undefined : Number(before),
        limit: query.limit + 1,
      })
      return answer(pageOf(rows, query.limit, presentSnapshot, ({ ordinal }) => String(ordinal)))
    },

    async takeSnapshot({ params, body }, { inTransaction }) {
      return inTransaction(async (write) => {
        const taken = await takeFromEnvironment(write, {
          environment: params.environment,
          application: body.application,
          version: body.version,
        })
        if (!taken.ok) return taken
        const { application, version } = taken.value.body
        const [shown] = await pageSnapshots(queryableOn(write.tx), {
          project: application.project,
          application: application.name,
          version,
          before: undefined,
          limit: 1,
        })
        return shown === undefined ? NOT_FOUND : answer(presentSnapshot(shown))
      })
    },

    async listArtifacts({ query }) {
      const project = await findProject(db, query.project)
      if (project === undefined) return NOT_FOUND
      const slice = sliceOf(query)
      if (!slice.ok) return slice
      const rows = await pageArtifacts(db, {
        project: project.number,
        application: query.application,
        component: query.component,
        version: query.version,
        after: slice.after === undefined ? undefined : uuidOf(slice.after),
        limit: slice.limit,
      })
      return answer(pageFrom(rows, query.limit, presentArtifact))
    },

    async listRepositories({ query }) {
      const project = await findProject(db, query.project)
      if (project === undefined) return NOT_FOUND
      const after = placeIn(query.after, /^[a-z0-9-]{1,40}$/)
      if (after === null) return NOT_A_CURSOR
      const all = await listRepositories(db, project.number)
      const rows = all.filter(({ name }) => after === undefined || name > after)
      return answer(pageOf(rows, query.limit, presentRepository, ({ name }) => name))
    },

    async compareCommits({ query }) {
      const project = await findProject(db, query.project)
      if (project === undefined) return NOT_FOUND
      const { repository, to, since } = query
      const { commits, isWhole } = await listCommitsBetween(db, {
        projectNumber: project.number,
        repository,
        to,
        since,
      })
      return answer({
        commits: commits.map(({ commit, author, message, writtenAt }) => ({
          commit,
          author,
          message,
          at: writtenAt.toISOString(),
        })),
        isWhole,
      })
    },

    async addRepository({ body }, { inTransaction }) {
      return inTransaction(async (write) => {
        const repository = { ...body, pollMs: body.pollMs }
        const followed = await followRepository(write, repository, refuseRepository)
        if (!followed.ok) return followed
        const found = await findRepository(queryableOn(write.tx), followed.value.number, body.name)
        return found === undefined ? NOT_FOUND : answer(presentRepository(found))
      })
    },

    async changeRepository({ body }, { inTransaction }) {
      return inTransaction(async (write) => {
        const { project, name, url, pollMs } = body
        const to = { project, name, url, pollMs }
        const changed = await changeRepository(write, to, refuseRepository)
        return changed.ok ? answer(presentRepository(changed.value)) : changed
      })
    },

    async deleteRepository({ query }, { inTransaction }) {
      return inTransaction(async (write) => {
        const outcome = await unfollowRepository(write, query)
        return outcome.ok ? answer(null) : outcome
      })
    },

    async pollRepository({ body }) {
      const found = await numberOf(db, body)
      if (found === undefined) {
        return refused(
          'unknown_reference',
          `This project follows no repository named "${body.name}".`,
        )
      }
      await nudgeRepository(db, found.number, body.name)
      return answer(presentRepository(found.repository))
    },
  }
}

async function numberOf(
  db: Queryable,
  { project, name }: { readonly project: ProjectId; readonly name: string },
): Promise<{ readonly number: number; readonly repository: WatchedRepository } | undefined> {
  const found = await findProject(db, project)
  const repository = found && (await findRepository(db, found.number, name))
  return found && repository && { number: found.number, repository }
}

/** A page of rows that are ordered by something else than their id. */
function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => Item,
  placeOf: (row: Row) => string,
): { items: Item[]; next: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(present),
    next: rows.length > limit && last !== undefined ? cursorOf(placeOf(last)) : null,
  }
}
