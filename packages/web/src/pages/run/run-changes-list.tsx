import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import type { Commit } from '@lockstep/contract'
import type { ProjectId } from '@lockstep/domain'
import type { ReactElement } from 'react'
import type * as z from 'zod/mini'
import { ApplicationIcon } from '../../components/application-icon.tsx'
import { partsOfRun, shortName } from '../../lib/address.ts'
import { api } from '../../lib/api.ts'
import { projectsQuery } from '../../lib/session/project-choice.ts'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Part } from '../../ui/part.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { shownStateOf } from '../../ui/state.ts'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { VersionChange, VersionChip } from '../../ui/version-chip.tsx'
import type { Brought } from './brought-snapshots.ts'
import {
  changeOf,
  commitRange,
  madeBy,
  runsSince,
  subjectOf,
  ticketsIn,
  type CommitRange,
} from './run-changes.ts'
import type { RunTabProps } from './run-tabs.tsx'

const RUNS_MAX = 200
type TeamRun = Awaited<ReturnType<typeof api.listRuns>>['items'][number]
type WrittenCommit = z.output<typeof Commit>

/** What is new for whom it reaches: the commits of each team since what runs there. */
export function RunChanges({ run }: RunTabProps): ReactElement {
  if (run.brings.length === 0) {
    return (
      <Card>
        <Empty title="This run brings nothing new">
          Where a run delivers snapshots, the commits since what ran before are listed here.
        </Empty>
      </Card>
    )
  }
  return (
    <div className="flex flex-col gap-4">
      {run.brings.map((brought) => (
        <ApplicationChanges key={brought.application} run={run} brought={brought} />
      ))}
    </div>
  )
}

function ApplicationChanges({
  run,
  brought,
}: RunTabProps & { readonly brought: Brought }): ReactElement {
  const { application } = brought
  const passed = madeBy(run, brought)
  const name = shortName(application)
  const { from, to, where } = changeOf(run, brought)
  return (
    <section aria-label={name}>
      <Card>
        <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3.5 py-2.5">
          <ApplicationIcon application={name} />
          <h2 className="text-13">{name}</h2>
          <VersionChange from={from} to={to} />
          {where !== null && <span className="text-12 text-ink-3">in {where}</span>}
        </header>
        {passed === null ? (
          <p className="px-3.5 py-3 text-ink-2">
            It comes from no pipeline of a team, so nothing is known about its commits.
          </p>
        ) : (
          <Commits application={application} passed={passed} from={from} />
        )}
      </Card>
    </section>
  )
}

function Commits({
  application,
  passed,
  from,
}: {
  readonly application: string
  readonly passed: string
  readonly from: string | null
}): ReactElement {
  const { project, name, number } = partsOfRun(passed)
  const { data: projects } = useQuery(projectsQuery)
  const id = projects?.find((one) => one.name === project)?.id
  const query = useQuery({
    queryKey: ['runs of', passed, id],
    enabled: projects !== undefined,
    queryFn: async () => {
      if (id === undefined) return []
      const { items } = await api.listRuns({ project: id, name, limit: RUNS_MAX })
      return items
    },
  })
  return (
    <Part what="The commits" query={query}>
      {(runs) => {
        const shown = runsSince(runs, { application, passed: Number(number), from })
        if (shown.length === 0) {
          return (
            <p className="px-3.5 py-3 text-ink-2">
              {id === undefined
                ? 'Its team works in a project that you do not see.'
                : 'Nothing new.'}
            </p>
          )
        }
        const range = commitRange(runs, { application, passed: Number(number), from })
        return range !== null && id !== undefined ? (
          <Written application={application} project={id} range={range} runs={shown} />
        ) : (
          <Table
            label={`Commits of ${shortName(application)}`}
            columns={columnsFor(application)}
            rows={shown}
            rowKey={(one) => one.id}
          />
        )
      }}
    </Part>
  )
}

interface WrittenProps {
  readonly application: string
  readonly project: ProjectId
  readonly range: CommitRange
  readonly runs: readonly TeamRun[]
}

/** What was written, commit by commit; where nothing of it was seen, the runs say what they were made from. */
function Written({ application, project, range, runs }: WrittenProps): ReactElement {
  const { repository, to, since, isKnown } = range
  const query = useQuery({
    queryKey: ['commits', project, repository, since, to],
    // Commits never change; what was not seen when they came is not seen later.
    staleTime: Infinity,
    queryFn: () =>
      api.compareCommits({ project, repository, to, ...(since !== undefined && { since }) }),
  })
  return (
    <Part what="The messages" query={query}>
      {({ commits, isWhole }) =>
        commits.length === 0 ? (
          <Table
            label={`Commits of ${shortName(application)}`}
            columns={columnsFor(application)}
            rows={runs}
            rowKey={(one) => one.id}
          />
        ) : (
          <>
            <Table
              label={`Commits of ${shortName(application)}`}
              columns={commitColumns(runs, repository)}
              rows={isKnown ? commits : commits.slice(0, 1)}
              rowKey={(one) => one.commit}
            />
            {(!isWhole || !isKnown) && (
              <p className="border-t border-line px-3.5 py-2 text-12 text-ink-3">
                What was committed before is not known here.
              </p>
            )}
          </>
        )
      }
    </Part>
  )
}

function commitColumns(
  runs: readonly TeamRun[],
  repository: string,
): readonly Column<WrittenCommit>[] {
  const runOf = (commit: string): TeamRun | undefined =>
    runs.find(({ source }) => source?.repository === repository && source.commit === commit)
  return [
    {
      key: 'message',
      head: 'Message',
      cell: ({ message }) => (
        <span className="block min-w-60 py-1 [overflow-wrap:anywhere]" title={message}>
          {subjectOf(message)}
        </span>
      ),
    },
    {
      key: 'tickets',
      head: 'Tickets',
      cell: ({ message }) => (
        <span className="flex flex-wrap gap-1.5 font-mono text-12 text-ink-2">
          {ticketsIn(message).map((ticket) => (
            <span key={ticket} className="whitespace-nowrap">
              {ticket}
            </span>
          ))}
        </span>
      ),
    },
    {
      key: 'author',
      head: 'By',
      cell: ({ author }) => <span className="[overflow-wrap:anywhere] text-ink-2">{author}</span>,
    },
    {
      key: 'commit',
      head: 'Commit',
      cell: ({ commit }) => (
        <span className="font-mono text-12" title={commit}>
          {commit.slice(0, 8)}
        </span>
      ),
    },
    {
      key: 'run',
      head: 'Run',
      cell: ({ commit }) => {
        const run = runOf(commit)
        return run === undefined ? (
          <span className="text-ink-3">none</span>
        ) : (
          <RunOfCommit run={run} />
        )
      },
    },
    { key: 'at', head: 'Written', isNumber: true, cell: ({ at }) => <Time at={at} /> },
  ]
}

function RunOfCommit({ run }: { readonly run: TeamRun }): ReactElement {
  return (
    <Link
      to="/runs/$run"
      params={{ run: run.id }}
      className="inline-flex items-center gap-1.5 whitespace-nowrap hover:underline"
    >
      <StateGlyph state={shownStateOf(run.state)} size={14} />
      {run.name} #{run.number}
    </Link>
  )
}

function columnsFor(application: string): readonly Column<TeamRun>[] {
  return [
    {
      key: 'commit',
      head: 'Commit',
      cell: ({ source }) =>
        source === null ? (
          <span className="text-ink-3">started by hand</span>
        ) : (
          <span className="font-mono text-12" title={source.commit}>
            {source.commit.slice(0, 8)}
          </span>
        ),
    },
    {
      key: 'where',
      head: 'Branch',
      cell: ({ source }) =>
        source !== null && (
          <span className="whitespace-nowrap text-ink-2">
            {source.repository}, {source.branch}
          </span>
        ),
    },
    {
      key: 'run',
      head: 'Run',
      cell: (one) => <RunOfCommit run={one} />,
    },
    {
      key: 'version',
      head: 'Made',
      cell: ({ brings }) => {
        const made = brings.find((one) => shortName(one.application) === shortName(application))
        return (
          made?.version != null && (
            <span className="whitespace-nowrap">
              <VersionChip version={made.version} />
            </span>
          )
        )
      },
    },
    {
      key: 'at',
      head: 'Started',
      isNumber: true,
      cell: ({ startedAt }) => <Time at={startedAt} />,
    },
  ]
}
