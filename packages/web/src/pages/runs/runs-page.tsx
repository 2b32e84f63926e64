import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Activity } from 'lucide-react'
import { useEffect, useState, type ReactElement } from 'react'
import { Page } from '../../layout/page.tsx'
import { useRowKeys } from '../../lib/keys/use-row-keys.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { Part } from '../../ui/part.tsx'
import { Segments } from '../../ui/tabs.tsx'
import { splitNew } from './calm-list.ts'
import { RunRows, type RunLine } from './run-rows.tsx'
import { runsQuery } from './runs-query.ts'

const here = getRouteApi('/shell/runs')
const STATES = [
  { value: 'all', label: 'All' },
  { value: 'waiting', label: 'Waiting' },
  { value: 'running', label: 'Running' },
  { value: 'failed', label: 'Failed' },
  { value: 'succeeded', label: 'Succeeded' },
  { value: 'aborted', label: 'Aborted' },
] as const
type Choice = (typeof STATES)[number]['value']

/** Every run that I may see, newest first; what is filtered stands in the address. */
export function RunsPage(): ReactElement {
  const { state, name, q } = here.useSearch()
  const navigate = here.useNavigate()
  const { chosen } = useProjectChoice()
  const query = useInfiniteQuery(runsQuery({ project: chosen, state, name, words: q }))
  const isFiltered = state !== undefined || name !== undefined || q !== undefined
  const filter = (next: { readonly q?: string; readonly state?: Choice }): void => {
    const words = next.q ?? q ?? ''
    const wanted = next.state ?? state ?? 'all'
    void navigate({
      search: {
        ...(wanted === 'all' ? {} : { state: wanted }),
        ...(name === undefined ? {} : { name }),
        ...(words === '' ? {} : { q: words }),
      },
      replace: true,
      resetScroll: false,
    })
  }
  return (
    <Page title="Runs">
      <div className="mb-4 space-y-2">
        <FilterBar
          placeholder="Name, branch or commit"
          value={q ?? ''}
          onChange={(words) => filter({ q: words })}
        >
          <div className="min-w-0 max-w-full overflow-x-auto">
            <Segments
              label="State"
              value={state ?? 'all'}
              options={STATES}
              onChange={(chosenState) => filter({ state: chosenState })}
            />
          </div>
        </FilterBar>
        {name !== undefined && (
          <Link
            to="/runs"
            search={({ name: _, ...rest }) => rest}
            className="inline-flex h-7 items-center gap-1.5 rounded-2 bg-accent-tint px-2.5 text-12 text-accent max-drawer:h-11"
          >
            of <span className="font-mono">{name}</span>
            <span aria-hidden>×</span>
            <span className="sr-only">: show all</span>
          </Link>
        )}
      </div>
      <Part what="Runs" query={query}>
        {({ pages }) => {
          const runs = pages.flatMap(({ items }) => items)
          return (
            <>
              {runs.length === 0 ? (
                <Card>
                  <NoRuns isFiltered={isFiltered} words={q ?? ''} />
                </Card>
              ) : (
                <CalmRuns key={JSON.stringify([chosen, state, name, q])} runs={runs} />
              )}
              {query.hasNextPage && (
                <div className="mt-3 flex justify-center">
                  <Button
                    isBusy={query.isFetchingNextPage}
                    onClick={() => void query.fetchNextPage()}
                  >
                    Show older runs
                  </Button>
                </div>
              )}
            </>
          )
        }}
      </Part>
    </Page>
  )
}

/** The rows, which do not jump while somebody reads further down. */
function CalmRuns({ runs }: { readonly runs: readonly RunLine[] }): ReactElement {
  const list = useRowKeys<HTMLDivElement>()
  const [topSeen, setTopSeen] = useState(runs[0]?.id ?? null)
  const { fresh, shown } = splitNew(runs, topSeen)
  const newest = runs[0]?.id ?? null
  useEffect(() => {
    const isReading = scrollY > 40 || list.current?.contains(document.activeElement) === true
    if (!isReading) setTopSeen(newest)
  }, [newest, list])
  return (
    <div ref={list}>
      {fresh.length > 0 && (
        <div className="mb-2 flex justify-center">
          <Button size="small" onClick={() => setTopSeen(newest)}>
            Show {fresh.length} new
          </Button>
        </div>
      )}
      <RunRows runs={shown} />
    </div>
  )
}

function NoRuns({
  isFiltered,
  words,
}: {
  readonly isFiltered: boolean
  readonly words: string
}): ReactElement {
  return isFiltered ? (
    <Empty
      title={words === '' ? 'No run fits' : `No run fits “${words}”`}
      actions={
        <Link to="/runs" className="underline">
          Clear the filter
        </Link>
      }
    >
      The filter looks for letters of names, titles, branches and commits.
    </Empty>
  ) : (
    <Empty title="Nothing has run yet" picture={<Activity size={22} aria-hidden />}>
      A run carries out a pipeline. A commit begins one, or a person:{' '}
      <code>lockstep run start</code>
    </Empty>
  )
}
