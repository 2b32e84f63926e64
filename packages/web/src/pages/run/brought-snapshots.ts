// The snapshots that a run brings, with what is in them.

import { useQueries, useQuery } from '@tanstack/react-query'
import type { Snapshot as SnapshotSchema } from '@lockstep/contract'
import type * as z from 'zod/mini'
import { partsOfRun } from '../../lib/address.ts'
import { api } from '../../lib/api.ts'
import type { Run } from '../../lib/runs.ts'
import { projectsQuery } from '../../lib/session/project-choice.ts'

export type Snapshot = z.output<typeof SnapshotSchema>
export type Brought = Run['brings'][number]

/** Of each that it brings, in the same order: its snapshot; null: none yet, or none that I may see; undefined: not read yet. */
export function useBroughtSnapshots(run: Run): readonly (Snapshot | null | undefined)[] {
  const { data: projects } = useQuery(projectsQuery)
  return useQueries({
    queries: run.brings.map((brought) => {
      const { application, snapshot, version } = brought
      const project = projects?.find(({ name }) => name === projectOf(run, brought))?.id
      return {
        queryKey: ['snapshot', snapshot, application],
        // A snapshot never changes.
        staleTime: Infinity,
        enabled: projects !== undefined,
        queryFn: async (): Promise<Snapshot | null> => {
          if (project === undefined || version === null) return null
          const { items } = await api.listSnapshots({ project, application, version, limit: 50 })
          return items.find(({ digest }) => digest === snapshot) ?? null
        },
      }
    }),
  }).map(({ data }) => data)
}

/** The project of what it brings: that of the team whose pipeline made it. */
export function projectOf(run: Pick<Run, 'project'>, { passed }: Pick<Brought, 'passed'>): string {
  return passed === null ? run.project : partsOfRun(passed).project
}
