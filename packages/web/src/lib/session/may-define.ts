import { useQuery } from '@tanstack/react-query'
import { useCan } from './can.ts'
import { projectsQuery } from './project-choice.ts'

/** Whether the person may publish revisions of definitions in the project of this one. */
export function useMayDefine({ project }: { readonly project: string }): boolean {
  const { data: projects = [] } = useQuery(projectsQuery)
  const id = projects.find(({ name }) => name === project)?.id
  const place =
    id === undefined ? ({ on: 'system' } as const) : ({ on: 'project', project: id } as const)
  return useCan('definition.apply', place).allowed
}
