import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { parseThingPart } from '../../lib/address.ts'
import { definitionsQuery } from '../../lib/definitions.ts'
import { FoundPage } from '../not-found/found-page.tsx'
import { NotFoundPage } from '../not-found/not-found-page.tsx'
import type { Pipeline } from './pipeline-queries.ts'

export const PIPELINES = { label: 'Pipelines', to: '/pipelines' }

interface FoundPipelineProps {
  /** As the address names it. */
  readonly part: string
  readonly children: (pipeline: Pipeline) => ReactElement
}

export function FoundPipeline({ part, children }: FoundPipelineProps): ReactElement {
  const query = useQuery(definitionsQuery('pipeline'))
  const named = parseThingPart(part)
  return (
    <FoundPage
      noun="pipeline"
      query={query}
      thing={
        query.data &&
        (query.data.find(
          ({ project, name }) => project === named?.project && name === named.name,
        ) ??
          null)
      }
      trail={[PIPELINES]}
      missing={
        <NotFoundPage
          title={`There is no pipeline “${named?.name ?? part}”`}
          list={{ to: '/pipelines', label: 'All pipelines' }}
        />
      }
    >
      {children}
    </FoundPage>
  )
}
