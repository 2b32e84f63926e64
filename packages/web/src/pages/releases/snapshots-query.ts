import { queryOptions, skipToken } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import type { Project } from '../../lib/session/project-choice.ts'

const SNAPSHOTS_MAX = 50

/** The newest snapshots of an application, `project/name`; none of a project that I do not see. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type of query options is made by the library
export function snapshotsQuery(application: string, projects: readonly Project[] | undefined) {
  const [project = '', name = ''] = application.split('/')
  const id = projects?.find((one) => one.name === project)?.id
  return queryOptions({
    queryKey: ['snapshots', application],
    queryFn:
      projects === undefined
        ? skipToken
        : async () => {
            if (id === undefined) return []
            const wanted = { project: id, application: name, limit: SNAPSHOTS_MAX }
            return (await api.listSnapshots(wanted)).items
          },
  })
}
