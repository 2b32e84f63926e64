import { useQueries, useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { definitionsQuery } from '../../lib/definitions.ts'
import { runQuery, type Release } from '../../lib/runs.ts'
import { layoutStrip, STRIP } from '../lane-strip/lane-strip.ts'
import { stripOf } from './release-strip.ts'

/** What the parts of the strips are called, above them; nothing when the releases go different ways. */
export function StripHeadings({
  releases,
}: {
  readonly releases: readonly Release[]
}): ReactElement | null {
  const runs = useQueries({ queries: releases.map(({ runId }) => runQuery(runId)) })
  const { data: pipelines } = useQuery({
    ...definitionsQuery('pipeline'),
    enabled: releases.some(({ runId }) => runId === null),
  })
  const [first, ...others] = releases.map((release, at) => {
    const pipeline = pipelines?.find(
      ({ project, name }) => `${project}/${name}` === release.pipeline,
    )
    const titles = pipeline?.body.stages.map(({ title }) => title)
    const { lanes, stages } = stripOf(release, runs[at]?.data, titles)
    return layoutStrip(lanes, stages).columns
  })
  if (first === undefined || first.length < 2) return null
  const words = JSON.stringify(first)
  if (others.some((one) => JSON.stringify(one) !== words)) return null
  return (
    <span aria-hidden className="absolute right-46 hidden h-4 w-108 @min-[800px]:block">
      {first.map(({ title, x }, at) => (
        <span
          key={x}
          className="absolute truncate pr-2"
          style={{
            left: `${(100 * x) / STRIP.width}%`,
            width: `${(100 * ((first[at + 1]?.x ?? STRIP.width) - x)) / STRIP.width}%`,
          }}
        >
          {title}
        </span>
      ))}
    </span>
  )
}
