import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { thingPart } from '../../lib/address.ts'
import type { Defined } from '../../lib/definitions.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { Card, Section } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { Part } from '../../ui/part.tsx'
import { Time } from '../../ui/time.tsx'
import { PlaceGlyph, PlaceLegend } from './place-glyph.tsx'
import { PLACE_WORDS, PLACES_NOT_LOADED } from './snapshot-place.ts'
import { snapshotsQuery } from './snapshots-query.ts'
import type { MappedEnvironment } from './tier-map.ts'
import { usePlaceStands } from './use-place-stands.ts'

const SHOWN = 5

interface RecentSnapshotsProps {
  readonly application: Defined<'application'>
  readonly mapped: readonly MappedEnvironment[]
}

/** The newest snapshots, and how far each has come. */
export function RecentSnapshots({ application, mapped }: RecentSnapshotsProps): ReactElement {
  const { projects } = useProjectChoice()
  const query = useQuery(snapshotsQuery(application, projects, SHOWN))
  const { standIn, failure } = usePlaceStands(application, mapped)
  return (
    <Section
      title="Snapshots"
      count="same bits in every stage"
      className="mt-8"
      aside={mapped.map(({ title }) => title).join(' — ')}
    >
      {failure && (
        <ErrorCard what={PLACES_NOT_LOADED} error={failure.error} onRetry={failure.retry} />
      )}
      <Part what="Snapshots" query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Card>
              <Empty title="No snapshot yet">
                A snapshot freezes one version of every component, with its digest. A pipeline takes
                one with a <code>snapshot(…)</code> task.
              </Empty>
            </Card>
          ) : (
            <ol className="grid gap-2.5 drawer:grid-cols-[repeat(auto-fill,minmax(170px,1fr))]">
              {items.toReversed().map((snapshot) => (
                <li
                  key={snapshot.digest}
                  className="rounded-3 border border-line bg-surface p-3 shadow-1"
                >
                  <div className="flex items-center justify-between gap-2">
                    <ScreenLink
                      to="/apps/$app/snapshots"
                      params={{ app: thingPart(application) }}
                      search={{ snapshot: snapshot.version }}
                      className="font-mono text-12 font-heading break-all hover:underline"
                    >
                      {snapshot.version}
                    </ScreenLink>
                    <span className="text-12 text-ink-3">
                      <Time at={snapshot.at} />
                    </span>
                  </div>
                  <div className="mt-2 flex items-center gap-2">
                    {mapped.map((one) => {
                      const stand = standIn(one, snapshot)
                      const words = stand !== 'unknown' && `${one.title}: ${PLACE_WORDS[stand]}`
                      return (
                        <span key={one.address} title={words || undefined} className="flex">
                          <PlaceGlyph stand={stand} />
                          {words && <span className="sr-only">{words}.</span>}
                        </span>
                      )
                    })}
                  </div>
                </li>
              ))}
            </ol>
          )
        }
      </Part>
      <PlaceLegend />
    </Section>
  )
}
