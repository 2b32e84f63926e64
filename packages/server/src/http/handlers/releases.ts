import { answer, type deliverableRoutes } from '@lockstep/contract'
import { uuidOf, type ReleaseId, type ReleaseState } from '@lockstep/domain'

import type { ReactorPort } from '../../ports/reactor.ts'
import {
  findDefinitionById,
  pageDefinitions,
  type StoredDefinition,
} from '../../postgres/deliverables/definition-store.ts'
import type { Queryable } from '../../postgres/queryable.ts'
import { viewReleases } from '../../postgres/read/releases.ts'
import {
  freezeApplication,
  pinApplication,
  type HoldCommand,
} from '../../usecases/release/hold-application.ts'
import { makeDossier } from '../../usecases/release/make-dossier.ts'
import { NOT_FOUND } from '../authorize.ts'
import { pageFrom, sliceOf } from '../page.ts'
import { presentRelease } from '../present-deliverable.ts'
import { actorOf } from '../principal.ts'
import { projectsInReach } from '../reach.ts'
import type { RequestContext, ServerHandlers } from '../request-context.ts'

type ReleaseRoutes = Pick<
  typeof deliverableRoutes,
  'listReleases' | 'showRelease' | 'freezeApplication' | 'pinApplication' | 'showDossier'
>

/** Releases: what they have collected, what people chose, what is kept about them. */
export function releaseHandlers(deps: {
  readonly db: Queryable
  readonly reactor: Pick<ReactorPort, 'submit'>
}): ServerHandlers<ReleaseRoutes> {
  const { db } = deps
  const show = async (release: ReleaseId) => {
    const stored = await findRelease(db, release)
    const [view] = stored === undefined ? [] : await viewReleases(db, [stored])
    return view === undefined ? NOT_FOUND : answer(presentRelease(view))
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
      const views = await viewReleases(db, rows)
      return answer(pageFrom(views.map(presentRelease), query.limit, (shown) => shown))
    },

    async showRelease({ params }) {
      return show(params.release)
    },

    async freezeApplication({ params, body }, context) {
      const found = await commandOf(db, params.release, body.application, context)
      if (found === undefined) return NOT_FOUND
      const frozen = await freezeApplication(deps, { ...found.command, frozen: body.frozen })
      return frozen.ok ? show(params.release) : frozen
    },

    async pinApplication({ params, body }, context) {
      const found = await commandOf(db, params.release, body.application, context)
      if (found === undefined) return NOT_FOUND
      const { command, state } = found
      const pinned = await pinApplication(deps, { ...command, state, version: body.version })
      return pinned.ok ? show(params.release) : pinned
    },

    async showDossier({ params }) {
      const stored = await findRelease(db, params.release)
      return stored === undefined
        ? NOT_FOUND
        : answer({ ...(await makeDossier(db, params.release, stored)) })
    },
  }
}

async function findRelease(
  db: Queryable,
  release: ReleaseId,
): Promise<StoredDefinition<'release'> | undefined> {
  const found = await findDefinitionById(db, uuidOf(release))
  return found !== undefined && isRelease(found) ? found : undefined
}

function isRelease(stored: StoredDefinition): stored is StoredDefinition<'release'> {
  return stored.kind === 'release'
}

/** The command to the release's collection; undefined while there is none. */
async function commandOf(
  db: Queryable,
  release: ReleaseId,
  application: string,
  { principal, command, origin }: RequestContext,
): Promise<{ readonly command: HoldCommand; readonly state: ReleaseState } | undefined> {
  const stored = await findRelease(db, release)
  const [view] = stored === undefined ? [] : await viewReleases(db, [stored])
  if (stored === undefined || view?.state === undefined) return undefined
  return {
    state: view.state,
    command: {
      target: { project: stored.projectNumber, root: release, id: release },
      // One's own project may be left out, as in definitions.
      application: application.includes('/') ? application : `${stored.project}/${application}`,
      by: actorOf(principal),
      key: command,
      origin,
    },
  }
}
