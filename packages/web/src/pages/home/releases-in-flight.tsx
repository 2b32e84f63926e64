import { useQuery } from '@tanstack/react-query'
import { Rocket } from 'lucide-react'
import type { ReactElement } from 'react'
import { LaneStrip } from '../../components/lane-strip/lane-strip.tsx'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { partsOfRun, thingPart } from '../../lib/address.ts'
import { releasesQuery, runQuery, type Release, type Run } from '../../lib/runs.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { waitingQuery } from '../../lib/waiting.ts'
import { Card, Section } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Part } from '../../ui/part.tsx'
import { StatePill } from '../../ui/pill.tsx'
import { Time } from '../../ui/time.tsx'
import { VersionChip } from '../../ui/version-chip.tsx'
import { standOf, stripOf } from './release-strip.ts'

const ROWS_MAX = 6
const OVER: readonly string[] = ['released', 'aborted']

/** Releases that are planned, collecting or on their way. */
export function ReleasesInFlight(): ReactElement {
  const { chosen } = useProjectChoice()
  const query = useQuery(releasesQuery(chosen))
  const inFlight = (query.data ?? []).filter(({ state }) => !OVER.includes(state))
  return (
    <Section
      title="Releases in flight"
      count={query.data === undefined ? undefined : inFlight.length}
      className="mt-7"
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

function ReleaseRow({ release }: { readonly release: Release }): ReactElement {
  const { runId } = release
  const { data: run } = useQuery(runQuery(runId))
  const { data: waiting } = useQuery(waitingQuery)
  const mine = waiting?.items.find((gate) => gate.run === runId)
  const { lanes, stages } = stripOf(release, run)
  const stand = standOf(release, run, mine && `${mine.stage} ${mine.node} gate`)
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-3 px-4 py-3.5">
      <div className="min-w-36 grow basis-0">
        <ReleaseLink release={release} />
        <p className="mt-0.5 flex flex-wrap gap-1">
          {versionsOf(release, run).map((version) => (
            <VersionChip key={version} version={version} look="to" />
          ))}
        </p>
        <p className="mt-0.5 text-12 text-ink-2">
          {run === undefined ? (
            `set ${release.set}`
          ) : (
            <>
              Run {run.number} · started <Time at={run.startedAt} />
            </>
          )}
        </p>
      </div>
      <LaneStrip lanes={lanes} stages={stages} />
      <div className="ml-auto flex w-38 flex-col items-end gap-1 text-right max-drawer:w-full max-drawer:flex-row max-drawer:items-center max-drawer:text-left">
        <StatePill state={stand.state}>{stand.words}</StatePill>
        <span className="line-clamp-2 text-12 text-ink-2" title={stand.fact}>
          {stand.fact}
        </span>
      </div>
    </div>
  )
}

function ReleaseLink({ release }: { readonly release: Release }): ReactElement {
  const words = 'text-14 font-heading tracking-heading hover:underline'
  const part = thingPart(release)
  if (release.run === null) {
    return (
      <ScreenLink to="/releases/$release" params={{ release: part }} className={words}>
        {release.title}
      </ScreenLink>
    )
  }
  const { number } = partsOfRun(release.run)
  return (
    <ScreenLink
      to="/releases/$release/runs/$run"
      params={{ release: part, run: number }}
      className={words}
    >
      {release.title}
    </ScreenLink>
  )
}

/** What it brings, or has collected so far. */
function versionsOf(release: Release, run: Run | undefined): readonly string[] {
  const versions =
    run?.brings.map(({ version }) => version) ?? release.applications.map(({ version }) => version)
  return [...new Set(versions.filter((version) => version !== null))]
}
