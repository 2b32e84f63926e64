import { useQuery } from '@tanstack/react-query'
import { useCan } from '../../lib/session/can.ts'
import { projectsQuery } from '../../lib/session/project-choice.ts'
import type { Pipeline } from './pipeline-queries.ts'

/** Whether the person may publish revisions in the project of the pipeline. */
export function useMayEdit({ project }: Pick<Pipeline, 'project'>): boolean {
  const { data: projects = [] } = useQuery(projectsQuery)
  const id = projects.find(({ name }) => name === project)?.id
  const place =
    id === undefined ? ({ on: 'system' } as const) : ({ on: 'project', project: id } as const)
  return useCan('definition.apply', place).allowed
}
