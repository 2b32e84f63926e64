import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { thingPart } from '../../lib/address.ts'
import type { Defined } from '../../lib/definitions.ts'
import type { InventoryRow } from '../../lib/inventory.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { Card, Section } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Part } from '../../ui/part.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Time } from '../../ui/time.tsx'
import { snapshotsQuery, type Snapshot } from './snapshots-query.ts'
import type { MappedEnvironment } from './tier-map.ts'

const SHOWN = 5

interface RecentSnapshotsProps {
  readonly application: Defined<'application'>
  /** Of the application, everywhere. */
  readonly rows: readonly InventoryRow[]
  readonly mapped: readonly MappedEnvironment[]
}

/** The newest snapshots, and in which environments each runs now. */
export function RecentSnapshots({ application, rows, mapped }: RecentSnapshotsProps): ReactElement {
  const { projects } = useProjectChoice()
  const query = useQuery(snapshotsQuery(application, projects, SHOWN))
  return (
    <Section
      title="Snapshots"
      count="same bits in every stage"
      className="mt-8"
      aside={mapped.map(({ title }) => title).join(' — ')}
    >
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
                    {mapped.map((one) => (
                      <span key={one.address} title={one.title} className="flex">
                        <StateGlyph
                          state={runsIn(one, snapshot, rows) ? 'passed' : 'not_started'}
                          size={14}
                          isDecoration
                        />
                        <span className="sr-only">
                          {runsIn(one, snapshot, rows) ? 'runs' : 'does not run'} in {one.title}.
                        </span>
                      </span>
                    ))}
                  </div>
                </li>
              ))}
            </ol>
          )
        }
      </Part>
    </Section>
  )
}

/** Every component that is there runs the bits of the snapshot. */
export function runsIn(
  { environment }: MappedEnvironment,
  { components }: Snapshot,
  rows: readonly InventoryRow[],
): boolean {
  const here = rows.filter(
    ({ project, environmentName, reported }) =>
      project === environment.project && environmentName === environment.name && reported !== null,
  )
  return (
    here.length > 0 &&
    here.every(({ component, reported }) =>
      components.some(({ name, digest }) => name === component && digest === reported?.digest),
    )
  )
}
