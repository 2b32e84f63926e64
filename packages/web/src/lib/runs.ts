import { queryOptions, skipToken } from '@tanstack/react-query'
import type { Release as ReleaseSchema, Run as RunSchema } from '@lockstep/contract'
import type { ProjectId, RunId } from '@lockstep/domain'
import type * as z from 'zod/mini'
import { api } from './api.ts'
import { readAll } from './read-all.ts'

export type Run = z.output<typeof RunSchema>
export type Release = z.output<typeof ReleaseSchema>

/** A run with its stages, gates, tasks and steps, live; null: there is none, and nothing is asked. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type of query options is made by the library
export function runQuery(run: RunId | null) {
  return queryOptions({
    queryKey: ['run', run],
    queryFn: run === null ? skipToken : () => api.showRun({ run }),
    meta: {
      touchedBy: (change, known) =>
        run !== null && (change.run === run || isOfRoot(known, change.root)),
      ...(run === null ? {} : { read: { of: 'run', run } }),
    },
  })
}

/** What happens in the run of a release is told under the release. */
function isOfRoot(known: unknown, root: string): boolean {
  return typeof known === 'object' && known !== null && 'root' in known && known.root === root
}

/** The releases of a project, or all that I may see, live. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- see above
export function releasesQuery(project: ProjectId | null) {
  return queryOptions({
    queryKey: ['releases', project],
    queryFn: () =>
      readAll((page) => api.listReleases({ ...page, ...(project === null ? {} : { project }) })),
    meta: { touchedBy: ({ kind }) => kind === 'release' },
  })
}

/** Whether something of it is still to come: it collects, is ready or runs, or may be started again. */
export function isInFlight({ state }: Release): boolean {
  return state !== 'succeeded' && state !== 'cancelled'
}

/** The release at an address such as `connected-car:connected-car-2.0`, live; null when there is none that I may see. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- see above
export function releaseAtQuery({ project, name }: { project: string; name: string }) {
  return queryOptions({
    queryKey: ['release at', project, name],
    queryFn: async () => {
      const { items } = await api.listReleases({ name, limit: 200 })
      return items.find((one) => one.project === project) ?? null
    },
    meta: { touchedBy: ({ kind }) => kind === 'release' || kind === 'definition' },
  })
}
