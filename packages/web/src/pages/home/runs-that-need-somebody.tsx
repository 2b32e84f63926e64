import { queryOptions, useQuery } from '@tanstack/react-query'
import type { ProjectId } from '@lockstep/domain'
import { ArrowRight } from 'lucide-react'
import type { ReactElement } from 'react'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { api } from '../../lib/api.ts'
import { runQuery, type Run } from '../../lib/runs.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { waitingQuery, waitingTasksQuery } from '../../lib/waiting.ts'
import { Card, Section } from '../../ui/card.tsx'
import { Part } from '../../ui/part.tsx'
import { shownStateOf } from '../../ui/state.ts'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Duration, Time } from '../../ui/time.tsx'
import { listTroubles } from '../run/run-trouble.ts'
import { listRunsInNeed } from './runs-in-need.ts'

const ROWS_MAX = 5
const LOOKED_AT_MAX = 50

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type of query options is made by the library
function runsInNeedQuery(project: ProjectId | null) {
  const of = { limit: LOOKED_AT_MAX, ...(project === null ? {} : { project }) }
  return queryOptions({
    queryKey: ['runs in need', project],
    queryFn: async () => {
      const [newest, waiting] = await Promise.all([
        api.listRuns(of),
        api.listRuns({ ...of, state: 'waiting' }),
      ])
      return { newest: newest.items, waiting: waiting.items }
    },
    meta: { touchedBy: ({ kind }) => ['pipeline_run', 'stage_run', 'gate_run'].includes(kind) },
  })
}

/** Runs of no release that wait on others, have failed or are unknown; nothing at all while there are none. */
export function RunsThatNeedSomebody(): ReactElement | null {
  const { chosen } = useProjectChoice()
  const query = useQuery(runsInNeedQuery(chosen))
  const { data: runs, error } = query
  const { data: gates } = useQuery(waitingQuery)
  const { data: tasks } = useQuery(waitingTasksQuery)
  // Nothing here means that all is well: not so when nobody knows.
  if (runs === undefined && error !== null) {
    return (
      <Section title="Needs somebody" className="mt-7">
        <Part what="The runs that need somebody" query={query}>
          {() => null}
        </Part>
      </Section>
    )
  }
  // Until it is known what waits on me, it would stand here for a moment, and then above.
  if (runs === undefined || gates === undefined || tasks === undefined) return null
  const onMe = new Set<string>([...gates.items, ...tasks.items].map(({ run }) => run))
  const inNeed = listRunsInNeed(runs, onMe)
  if (inNeed.length === 0) return null
  return (
    <Section
      title="Needs somebody"
      count={inNeed.length}
      aside={
        <ScreenLink to="/runs" className="flex items-center gap-1.5 hover:text-ink">
          All runs <ArrowRight size={13} aria-hidden />
        </ScreenLink>
      }
      className="mt-7"
    >
      <Card>
        <ul className="divide-y divide-line">
          {inNeed.slice(0, ROWS_MAX).map((run) => (
            <li key={run.id}>
              <RunInNeed run={run} />
            </li>
          ))}
        </ul>
      </Card>
    </Section>
  )
}

type Line = Pick<Run, 'id' | 'title' | 'number' | 'state' | 'startedAt' | 'finishedAt'>

function RunInNeed({ run }: { readonly run: Line }): ReactElement {
  const { data } = useQuery(runQuery(run.id))
  const [trouble] = data === undefined ? [] : listTroubles(data)
  const wait = data?.waitsFor.find(({ on }) => on === 'person')
  const fact =
    trouble === undefined ? (wait?.what ?? data?.next ?? '') : `${trouble.where}: ${trouble.reason}`
  return (
    <div className="flex items-center gap-3 px-4 py-2">
      <StateGlyph state={trouble?.state ?? shownStateOf(run.state)} />
      <div className="flex min-w-0 grow flex-wrap items-baseline gap-x-3">
        <ScreenLink
          to="/runs/$run"
          params={{ run: run.id }}
          isRow
          className="min-w-0 truncate font-name hover:underline"
        >
          {run.title} <span className="font-normal text-ink-3">#{run.number}</span>
        </ScreenLink>
        <span className="min-w-40 grow basis-0 truncate text-12 text-ink-2" title={fact}>
          {fact}
        </span>
      </div>
      <span className="shrink-0 text-12 text-ink-3">
        {run.finishedAt === null ? (
          <Duration from={wait?.since ?? run.startedAt} />
        ) : (
          <Time at={run.finishedAt} />
        )}
      </span>
    </div>
  )
}
