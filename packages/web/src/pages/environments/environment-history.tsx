import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { api } from '../../lib/api.ts'
import type { Environment } from '../../lib/inventory.ts'
import { useNow } from '../../lib/now.ts'
import { Button } from '../../ui/button.tsx'
import { TitledCard } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Part } from '../../ui/part.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Time } from '../../ui/time.tsx'
import {
  applicationOf,
  changeWords,
  detailWords,
  listDays,
  stateOfChange,
  type EnvironmentChange,
} from './history-words.ts'

const PAGE = 30
const PAGES_MAX = 20

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type of query options is made by the library
function historyQuery(environment: Environment['id'], pages: number) {
  return queryOptions({
    queryKey: ['environment history', environment, pages],
    queryFn: async () => {
      const entries: EnvironmentChange[] = []
      let after: string | null = null
      for (let read = 0; read < pages; read += 1) {
        const page: Awaited<ReturnType<typeof api.listEnvironmentHistory>> =
          await api.listEnvironmentHistory({
            environment,
            limit: PAGE,
            ...(after === null ? {} : { after }),
          })
        entries.push(...page.items)
        after = page.next
        if (after === null) break
      }
      return { entries, hasMore: after !== null }
    },
    placeholderData: keepPreviousData,
    meta: { touchedBy: ({ kind }) => kind === 'process_run' || kind === 'step_run' },
  })
}

interface EnvironmentHistoryProps {
  readonly environment: Environment
}

/** What came to the environment and what went, by day, with the run and the person behind it. */
export function EnvironmentHistory({ environment }: EnvironmentHistoryProps): ReactElement {
  const [pages, setPages] = useState(1)
  const query = useQuery(historyQuery(environment.id, pages))
  const now = useNow(60_000)
  return (
    <TitledCard title="History">
      <Part what="History" query={query}>
        {({ entries, hasMore }) =>
          entries.length === 0 ? (
            <Empty title="Nothing has come here yet">
              Each deployment, and everything that an agent finds changed, is kept here with its
              time.
            </Empty>
          ) : (
            <>
              {listDays(entries, now).map(({ title, entries: own }) => (
                <section key={title} aria-label={title} className="px-3.5 pt-3 last:pb-3">
                  <h3 className="mb-1.5 pl-7 text-12 font-normal text-ink-3">{title}</h3>
                  <ol className="space-y-3">
                    {own.map((change) => (
                      <Entry key={change.key} change={change} />
                    ))}
                  </ol>
                </section>
              ))}
              {hasMore && pages < PAGES_MAX && (
                <div className="border-t border-line p-2 text-center">
                  <Button look="quiet" onClick={() => setPages(pages + 1)}>
                    Show earlier
                  </Button>
                </div>
              )}
            </>
          )
        }
      </Part>
    </TitledCard>
  )
}

function Entry({ change }: { readonly change: EnvironmentChange }): ReactElement {
  const { before, after } = changeWords(change)
  const detail = detailWords(change)
  return (
    <li className="flex items-start gap-3">
      <span className="mt-0.5 flex">
        <StateGlyph state={stateOfChange(change)} size={15} />
      </span>
      <span className="min-w-0 grow">
        <span className="block break-words">
          {before}
          <strong className="font-heading">{applicationOf(change)}</strong>{' '}
          {after !== '' && <span className="break-all">{after}</span>}
        </span>
        <span className="block text-12 break-words text-ink-2">
          {change.runId === null ? (
            detail
          ) : (
            <ScreenLink
              to="/runs/$run"
              params={{ run: change.runId }}
              className="hover:text-ink [a]:hover:underline"
            >
              {detail}
            </ScreenLink>
          )}
        </span>
      </span>
      <Link
        to="."
        search={(old: object) => ({ ...old, at: `${change.at.slice(0, 19)}Z` })}
        className="mt-0.5 text-12 text-ink-3 hover:text-ink hover:underline"
      >
        <span className="sr-only">Show how it was at </span>
        <Time at={change.at} />
      </Link>
    </li>
  )
}
