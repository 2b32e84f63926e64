// A release in a line: what it brings, how far its lanes are, and the one fact that explains its state.

import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { partsOfRun, thingPart } from '../../lib/address.ts'
import { definitionsQuery } from '../../lib/definitions.ts'
import { runQuery, type Release, type Run } from '../../lib/runs.ts'
import { waitingQuery } from '../../lib/waiting.ts'
import { StatePill } from '../../ui/pill.tsx'
import { Time } from '../../ui/time.tsx'
import { VersionChip } from '../../ui/version-chip.tsx'
import { momentOf } from '../change-calendar/change-calendar.ts'
import { gateTitle } from '../gate/gate-line.ts'
import { LaneStrip } from '../lane-strip/lane-strip.tsx'
import { standOf, stripOf } from './release-strip.ts'

export function ReleaseRow({ release }: { readonly release: Release }): ReactElement {
  const { runId } = release
  const { data: run } = useQuery(runQuery(runId))
  const { data: waiting } = useQuery(waitingQuery)
  const mine = waiting?.items.find((gate) => gate.run === runId)
  const { data: pipelines } = useQuery({
    ...definitionsQuery('pipeline'),
    enabled: runId === null,
  })
  const pipeline = pipelines?.find((one) => `${one.project}/${one.name}` === release.pipeline)
  const titles = pipeline?.body.stages.map(({ title }) => title)
  const { lanes, stages } = stripOf(release, run, titles)
  const stand = standOf(release, run, mine && gateTitle(mine))
  return (
    <div
      data-release={release.name}
      data-state={stand.state}
      className="flex flex-wrap items-center gap-x-4 gap-y-3 px-4 py-3.5"
    >
      <div className="min-w-36 grow basis-0">
        <ReleaseLink release={release} />
        <p className="mt-0.5 flex flex-wrap gap-1">
          {versionsOf(release, run).map((version) => (
            <VersionChip key={version} version={version} look="to" />
          ))}
        </p>
        <p className="mt-0.5 text-12 text-ink-2">
          <When release={release} run={run} />
        </p>
      </div>
      <LaneStrip lanes={lanes} stages={stages} />
      <div className="flex w-full items-center gap-1.5 @min-[800px]:ml-auto @min-[800px]:w-38 @min-[800px]:flex-col @min-[800px]:items-end @min-[800px]:gap-1 @min-[800px]:text-right">
        <StatePill state={stand.state}>{stand.words}</StatePill>
        <span className="line-clamp-2 text-12 text-ink-2" title={stand.fact}>
          {stand.fact}
        </span>
      </div>
    </div>
  )
}

function When({
  release,
  run,
}: {
  readonly release: Release
  readonly run: Run | undefined
}): ReactElement {
  if (run !== undefined) {
    return (
      <>
        Run {run.number} · started <Time at={run.startedAt} />
      </>
    )
  }
  const [first] = Object.values(release.planned)
  if (first === undefined) return <>set {release.set}</>
  return (
    <>
      planned for <Time at={momentOf(first)} />
    </>
  )
}

function ReleaseLink({ release }: { readonly release: Release }): ReactElement {
  const words = 'text-14 font-heading tracking-heading hover:underline'
  const part = thingPart(release)
  if (release.run === null) {
    return (
      <ScreenLink to="/releases/$release" params={{ release: part }} className={words} isRow>
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
      isRow
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
