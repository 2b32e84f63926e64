import { useQuery } from '@tanstack/react-query'
import { definitionsQuery } from '../../lib/definitions.ts'
import type { Pipeline } from '../pipelines/pipeline-queries.ts'
import type { Known } from './inspector.tsx'

/** What a pipeline of this project may name, as its definition writes it. */
export function useKnown({ project }: Pick<Pipeline, 'project'>): Known {
  const { data: applications = [] } = useQuery(definitionsQuery('application'))
  const { data: pipelines = [] } = useQuery(definitionsQuery('pipeline'))
  const { data: environments = [] } = useQuery(definitionsQuery('environment'))
  const names = (
    all: readonly { readonly project: string; readonly name: string }[],
  ): readonly string[] =>
    all.map((one) => (one.project === project ? one.name : `${one.project}/${one.name}`))
  return {
    application: names(applications),
    pipeline: names(pipelines),
    environment: names(environments),
  }
}
