import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Project as ProjectSchema } from '@lockstep/contract'
import { useSyncExternalStore } from 'react'
import type * as z from 'zod/mini'
import { api } from '../api.ts'
import { readAll } from '../read-all.ts'

export type Project = z.output<typeof ProjectSchema>

const SETTING = 'lockstep.project'
const CHANGED = 'lockstep:project'

export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  staleTime: 5 * 60_000,
  queryFn: () => readAll((page) => api.listProjects(page)),
})

/** The project that lists are limited to, as this browser remembers it; null: all that I may see. */
export function useProjectChoice(): {
  readonly projects: readonly Project[]
  readonly chosen: Project['id'] | null
  readonly choose: (project: Project['id'] | null) => void
} {
  const { data: projects = [] } = useQuery(projectsQuery)
  const remembered = useSyncExternalStore(subscribe, () => localStorage.getItem(SETTING))
  return {
    projects,
    chosen: projects.find(({ id }) => id === remembered)?.id ?? null,
    choose(project) {
      if (project === null) localStorage.removeItem(SETTING)
      else localStorage.setItem(SETTING, project)
      dispatchEvent(new Event(CHANGED))
    },
  }
}

function subscribe(onChange: () => void): () => void {
  for (const name of [CHANGED, 'storage']) addEventListener(name, onChange)
  return () => {
    for (const name of [CHANGED, 'storage']) removeEventListener(name, onChange)
  }
}
