import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactElement, ReactNode } from 'react'
import { ErrorCard } from './error-card.tsx'
import { SkeletonRows } from './skeleton.tsx'

interface PartProps<Data> {
  /** What it shows, for its failure: "Releases". */
  readonly what: string
  readonly query: UseQueryResult<Data>
  /** In the shape of the data; three rows without it. */
  readonly skeleton?: ReactNode
  readonly children: (data: Data) => ReactNode
}

/** A part of a page that loads and fails alone. Data that was read before stays below the failure, pale and dated. */
export function Part<Data>({ what, query, skeleton, children }: PartProps<Data>): ReactElement {
  const { data, error, refetch, dataUpdatedAt, isPending } = query
  if (isPending) return <>{skeleton ?? <SkeletonRows />}</>
  const failure = error !== null && (
    <ErrorCard
      what={`${what} could not be loaded`}
      error={error}
      onRetry={() => void refetch()}
      {...(data === undefined ? {} : { readAt: dataUpdatedAt })}
    />
  )
  return (
    <>
      {failure}
      {data !== undefined && (
        <div className={error === null ? 'contents' : 'opacity-60'}>{children(data)}</div>
      )}
    </>
  )
}
