// What a release is to deliver, what it has collected, and what starting it would do.

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { LaneStrip } from '../../components/lane-strip/lane-strip.tsx'
import { PinButton } from '../../components/release/pin-button.tsx'
import { standOf, stripOf } from '../../components/release/release-strip.ts'
import { titled, momentOf } from '../../components/change-calendar/change-calendar.ts'
import { Page, PageHeader } from '../../layout/page.tsx'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { partsOfRun, thingPart } from '../../lib/address.ts'
import { api } from '../../lib/api.ts'
import { runQuery, type Release } from '../../lib/runs.ts'
import { projectsQuery } from '../../lib/session/project-choice.ts'
import { Card, Section, TitledCard } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { reasonOf } from '../../ui/error-card.tsx'
import { StatePill } from '../../ui/pill.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import { CollectedTable } from './collected-table.tsx'
import { PlanStages } from '../../components/release/plan-stages.tsx'
import { StartRelease } from './start-release.tsx'

export function ReleaseView({ release }: { readonly release: Release }): ReactElement {
  const { project, name, set, runId } = release
  const { data: projects } = useQuery(projectsQuery)
  const id = projects?.find((one) => one.name === project)?.id
  const { data: run } = useQuery(runQuery(runId))
  // Which set it is: another one has another plan.
  const plan = useQuery({
    queryKey: ['plan', release.id, set, release.version],
    enabled: id !== undefined,
    placeholderData: keepPreviousData,
    queryFn: () => {
      if (id === undefined) throw new Error('asked for when the project is known')
      return api.makePlan({ project: id, name })
    },
  })
  const stand = standOf(release, undefined, undefined)
  const isLast = run !== undefined && release.state !== 'running'
  const titles = plan.data?.stages.map(({ title }) => title)
  const { lanes, stages } = stripOf(release, undefined, titles)
  return (
    <Page
      title={release.title}
      trail={[{ label: 'Releases', to: '/releases' }]}
      actions={
        <>
          <PinButton release={release} />
          {id !== undefined && (
            <StartRelease release={release} project={id} plan={plan.data ?? null} />
          )}
        </>
      }
      header={
        <PageHeader
          title={release.title}
          marks={<StatePill state={stand.state}>{stand.words}</StatePill>}
          aside={
            <span>
              set {set} · owned by {release.owner} ·{' '}
              <ScreenLink
                to="/pipelines/$pipeline"
                params={{ pipeline: release.pipeline.replace('/', ':') }}
                className="underline decoration-line-strong"
              >
                {release.pipeline}
              </ScreenLink>
            </span>
          }
        />
      }
    >
      <div data-release={name} data-state={release.state} className="flex flex-col gap-6">
        {release.purpose !== null && (
          <p className="max-w-180 text-14 text-ink-2">{release.purpose}</p>
        )}
        {isLast && release.run !== null && (
          <p className="text-ink-2">
            Its last run,{' '}
            <Link
              to="/releases/$release/runs/$run"
              params={{ release: thingPart(release), run: partsOfRun(release.run).number }}
              className="underline"
            >
              run {run.number}
            </Link>
            , {ENDINGS[run.state] ?? 'goes on'}.
          </p>
        )}
        <div className="flex flex-wrap items-center gap-x-8 gap-y-4">
          <LaneStrip lanes={lanes} stages={stages} />
          <PlannedDates release={release} />
        </div>
        <Section
          title="Collects"
          count={`${release.applications.filter(({ snapshot }) => snapshot !== null).length} of ${release.applications.length}`}
        >
          <Card>
            <CollectedTable release={release} project={id} />
          </Card>
        </Section>
        <Section
          title="Plan"
          count={plan.data === undefined ? undefined : plan.data.digest.slice(7, 15)}
          aside="what starting it would do now"
        >
          {plan.data !== undefined && plan.error === null ? (
            <PlanStages plan={plan.data} />
          ) : (
            <Card>
              {plan.error !== null ? (
                <Empty title="No plan can be made yet">{reasonOf(plan.error)}</Empty>
              ) : (
                <SkeletonRows rows={4} />
              )}
            </Card>
          )}
        </Section>
      </div>
    </Page>
  )
}

const ENDINGS: Readonly<Record<string, string>> = {
  succeeded: 'has succeeded',
  failed: 'has failed',
  errored: 'could not be carried out',
  aborted: 'was aborted',
}

function PlannedDates({ release }: { readonly release: Release }): ReactElement | null {
  const dates = Object.entries(release.planned)
  if (dates.length === 0) return null
  return (
    <TitledCard title="Dates">
      <dl className="divide-y divide-line">
        {dates.map(([stage, date]) => (
          <div key={stage} className="flex justify-between gap-6 px-3.5 py-1.5">
            <dt className="text-ink-2">{titled(stage)}</dt>
            <dd>
              <Time at={momentOf(date)} />
            </dd>
          </div>
        ))}
      </dl>
    </TitledCard>
  )
}
