import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { definitionsQuery } from '../../lib/definitions.ts'
import { ListedPage } from '../not-found/listed-page.tsx'
import type { Pipeline } from './pipeline-queries.ts'

export const PIPELINES = { label: 'Pipelines', to: '/pipelines' }

interface FoundPipelineProps {
  /** As the address names it. */
  readonly part: string
  readonly children: (pipeline: Pipeline) => ReactElement
}

export function FoundPipeline({ part, children }: FoundPipelineProps): ReactElement {
  const query = useQuery(definitionsQuery('pipeline'))
  return (
    <ListedPage noun="pipeline" part={part} query={query} list={PIPELINES}>
      {children}
    </ListedPage>
  )
}
