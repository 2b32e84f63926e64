import { useQuery } from '@tanstack/react-query'
import { ArrowRight, Rocket } from 'lucide-react'
import type { ReactElement } from 'react'
import { StripHeadings } from '../../components/release/strip-headings.tsx'
import { ReleaseRow } from '../../components/release/release-row.tsx'
import { ScreenLink, useHasScreen } from '../../layout/screen-link.tsx'
import { isInFlight, releasesQuery } from '../../lib/runs.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { Card, Section } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Part } from '../../ui/part.tsx'

const ROWS_MAX = 6

/** Releases that are planned, collecting or on their way. */
export function ReleasesInFlight(): ReactElement {
  const { chosen } = useProjectChoice()
  const query = useQuery(releasesQuery(chosen))
  const hasList = useHasScreen('/releases')
  const inFlight = (query.data ?? []).filter(isInFlight)
  return (
    <Section
      title="Releases in flight"
      count={query.data === undefined ? undefined : inFlight.length}
      aside={
        <>
          <StripHeadings releases={inFlight.slice(0, ROWS_MAX)} />
          {hasList && (
            <ScreenLink to="/releases" className="flex items-center gap-1.5 hover:text-ink">
              All releases <ArrowRight size={13} aria-hidden />
            </ScreenLink>
          )}
        </>
      }
      className="@container relative mt-7"
    >
      <Card className="@container">
        <Part what="Releases" query={query}>
          {() =>
            inFlight.length === 0 ? (
              <Empty title="No release is on its way" picture={<Rocket size={22} aria-hidden />}>
                A release takes snapshots of your applications through the same stages, together.
              </Empty>
            ) : (
              <div className="divide-y divide-line">
                {inFlight.slice(0, ROWS_MAX).map((release) => (
                  <ReleaseRow key={release.id} release={release} />
                ))}
              </div>
            )
          }
        </Part>
      </Card>
    </Section>
  )
}
