import { queryOptions, skipToken } from '@tanstack/react-query'
import type { Snapshot as SnapshotSchema } from '@lockstep/contract'
import type * as z from 'zod/mini'
import { api } from '../../lib/api.ts'
import type { Defined } from '../../lib/definitions.ts'
import type { Project } from '../../lib/session/project-choice.ts'

export type Snapshot = z.output<typeof SnapshotSchema>

/** The newest snapshots of an application; waits until its project is known. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type of a query is made of its parts
export function snapshotsQuery(
  { project, name }: Pick<Defined<'application'>, 'project' | 'name'>,
  projects: readonly Project[],
  limit: number,
) {
  const id = projects.find((one) => one.name === project)?.id
  return queryOptions({
    queryKey: ['snapshots', project, name, limit],
    queryFn:
      id === undefined
        ? skipToken
        : () => api.listSnapshots({ project: id, application: name, limit }),
    meta: { touchedBy: ({ kind }) => kind === 'pipeline_run' },
  })
}
