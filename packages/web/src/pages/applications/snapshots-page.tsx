import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { inventoryQuery } from '../../lib/inventory.ts'
import { useRowKeys } from '../../lib/keys/use-row-keys.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { Part } from '../../ui/part.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { ApplicationPage, FoundApplication, type KnownApplication } from './application-page.tsx'
import { madeByWords } from './made-by-words.ts'
import { PlaceGlyph } from './place-glyph.tsx'
import { PLACE_WORDS, PLACES_NOT_LOADED, runsIn, type PlaceStand } from './snapshot-place.ts'
import { SnapshotDifferences } from './snapshot-differences.tsx'
import { SnapshotPanel } from './snapshot-panel.tsx'
import { snapshotsQuery, type Snapshot } from './snapshots-query.ts'
import type { MappedEnvironment } from './tier-map.ts'
import { usePlaceStands } from './use-place-stands.ts'

const here = getRouteApi('/shell/apps/$app/snapshots')
const SHOWN_MAX = 200

/** The snapshots of an application: what is in each, where it runs, what differs between two, and how one goes on. */
export function SnapshotsPage(): ReactElement {
  const { app } = here.useParams()
  return <FoundApplication part={app}>{(known) => <Snapshots {...known} />}</FoundApplication>
}

function Snapshots({ application, mapped }: KnownApplication): ReactElement {
  const { q = '', snapshot: chosen, with: other } = here.useSearch()
  const navigate = here.useNavigate()
  const { projects } = useProjectChoice()
  const query = useQuery(snapshotsQuery(application, projects, SHOWN_MAX))
  const { data: inventory } = useQuery(inventoryQuery())
  const list = useRowKeys<HTMLDivElement>()
  const all = query.data?.items ?? []
  const find = (version: string | undefined): Snapshot | undefined =>
    version === undefined ? undefined : all.find((one) => one.version === version)
  const selected = find(chosen)
  const compared = find(other)
  const rows =
    inventory?.items.filter(
      (row) => row.application === `${application.project}/${application.name}`,
    ) ?? []
  const { standIn, failure } = usePlaceStands(application, mapped)
  const change = (next: { q?: string; snapshot?: string | null; with?: string | null }): void => {
    void navigate({
      search: (old) => {
        const words = next.q ?? old.q ?? ''
        const version = next.snapshot === undefined ? old.snapshot : (next.snapshot ?? undefined)
        const second = next.with === undefined ? old.with : (next.with ?? undefined)
        return {
          ...(words !== '' && { q: words }),
          ...(version !== undefined && { snapshot: version }),
          ...(version !== undefined && second !== undefined && { with: second }),
        }
      },
      replace: true,
      resetScroll: false,
    })
  }
  return (
    <ApplicationPage
      title="Snapshots"
      application={application}
      mapped={mapped}
      panel={
        selected && (
          <SnapshotPanel
            application={application}
            snapshot={selected}
            others={all.filter(({ version }) => version !== selected.version)}
            compared={compared}
            places={mapped.filter((one) => runsIn(one, selected, rows))}
            onCompare={(version) => change({ with: version })}
            onClose={() => change({ snapshot: null, with: null })}
          />
        )
      }
    >
      <div className="mb-4">
        <FilterBar
          placeholder="Version or digest"
          value={q}
          onChange={(words) => change({ q: words })}
        />
      </div>
      {selected && compared && <SnapshotDifferences from={compared} to={selected} />}
      {failure && (
        <ErrorCard what={PLACES_NOT_LOADED} error={failure.error} onRetry={failure.retry} />
      )}
      <Part what="Snapshots" query={query}>
        {({ items }) => {
          const shown = items.filter((one) => fits(one, q))
          return (
            <Card>
              {shown.length === 0 ? (
                <Nothing words={items.length === 0 ? '' : q} onClear={() => change({ q: '' })} />
              ) : (
                <div ref={list}>
                  <Table
                    label={`Snapshots of ${application.name}`}
                    columns={columnsFor(mapped, standIn, (version) =>
                      change({ snapshot: version }),
                    )}
                    rows={shown}
                    rowKey={({ version }) => version}
                    selected={selected?.version}
                    onSelect={({ version }) => change({ snapshot: version })}
                  />
                </div>
              )}
            </Card>
          )
        }}
      </Part>
    </ApplicationPage>
  )
}

function fits({ version, digest, components }: Snapshot, words: string): boolean {
  const wanted = words.trim().toLowerCase()
  return [version, digest, ...components.flatMap((one) => [one.version, one.digest])].some((text) =>
    text.toLowerCase().includes(wanted),
  )
}

function Nothing({
  words,
  onClear,
}: {
  readonly words: string
  readonly onClear: () => void
}): ReactElement {
  return words === '' ? (
    <Empty title="No snapshot yet">
      A snapshot freezes one version of every component, with its digest. A pipeline takes one with
      a <code>snapshot(…)</code> task.
    </Empty>
  ) : (
    <Empty
      title={`Nothing fits “${words}”`}
      actions={<Button onClick={onClear}>Clear the filter</Button>}
    >
      The filter looks for versions and digests of snapshots and of their components.
    </Empty>
  )
}

function columnsFor(
  mapped: readonly MappedEnvironment[],
  standIn: (place: MappedEnvironment, snapshot: Snapshot) => PlaceStand,
  onOpen: (version: string) => void,
): readonly Column<Snapshot>[] {
  return [
    {
      key: 'version',
      head: 'Snapshot',
      cell: ({ version }) => (
        <button
          type="button"
          data-row
          onClick={(event) => {
            event.stopPropagation()
            onOpen(version)
          }}
          className="font-mono text-12 font-heading whitespace-nowrap hover:underline"
        >
          {version}
        </button>
      ),
    },
    {
      key: 'components',
      head: 'Components',
      cell: ({ components, version }) => (
        <span className="text-12 text-ink-2">
          {components
            .map((one) => (one.version === version ? one.name : `${one.name} ${one.version}`))
            .join(', ')}
        </span>
      ),
    },
    ...mapped.map((place): Column<Snapshot> => ({
      key: place.address,
      head: place.title,
      cell: (snapshot) => {
        const stand = standIn(place, snapshot)
        if (stand === 'unknown') return null
        return stand === 'never' ? (
          <span className="text-ink-3">
            <span aria-hidden>–</span>
            <span className="sr-only">{PLACE_WORDS.never}</span>
          </span>
        ) : (
          <span className="flex items-center gap-1.5 text-12 whitespace-nowrap text-ink-2">
            <PlaceGlyph stand={stand} /> {PLACE_WORDS[stand]}
          </span>
        )
      },
    })),
    {
      key: 'made by',
      head: 'Made by',
      cell: ({ madeBy }) => (
        <span className="whitespace-nowrap text-ink-2">
          {madeBy === null ? 'from what ran' : madeByWords(madeBy)}
        </span>
      ),
    },
    { key: 'at', head: 'At', isNumber: true, cell: ({ at }) => <Time at={at} /> },
  ]
}
