// People, groups and roles as the settings read them.

import { queryOptions } from '@tanstack/react-query'
import type { ProjectId } from '@lockstep/domain'
import { api } from '../../lib/api.ts'
import { readAll } from '../../lib/read-all.ts'

export type User = Awaited<ReturnType<typeof api.listUsers>>['items'][number]
export type Group = Awaited<ReturnType<typeof api.listGroups>>['items'][number]
export type Grant = Awaited<ReturnType<typeof api.listGrants>>['items'][number]

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: () => readAll((page) => api.listUsers(page)),
})

export const groupsQuery = queryOptions({
  queryKey: ['groups'],
  queryFn: () => readAll((page) => api.listGroups(page)),
})

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type of query options is made by the library
export function membersQuery(group: Group['id']) {
  return queryOptions({
    queryKey: ['groups', group, 'members'],
    queryFn: () => readAll((page) => api.listMembers({ ...page, group })),
  })
}

/** Service accounts of the whole system (null), or of a project. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- see above
export function accountsQuery(project: ProjectId | null) {
  return queryOptions({
    queryKey: ['service accounts', project],
    queryFn: async () => {
      const all = await readAll((page) =>
        api.listServiceAccounts({ ...page, ...(project !== null && { project }) }),
      )
      return all.filter((account) => account.project === project)
    },
  })
}

/** Roles on the whole system (null), or on a project and its environments. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- see above
export function grantsQuery(project: ProjectId | null) {
  return queryOptions({
    queryKey: ['grants', project],
    queryFn: () =>
      readAll((page) =>
        project === null ? api.listSystemGrants(page) : api.listGrants({ ...page, project }),
      ),
  })
}
