import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Plus, Rocket } from 'lucide-react'
import type { ReactElement } from 'react'
import { ReleaseRow } from '../../components/release/release-row.tsx'
import { Page } from '../../layout/page.tsx'
import { useRowKeys } from '../../lib/keys/use-row-keys.ts'
import { isInFlight, releasesQuery, type Release } from '../../lib/runs.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { buttonClasses } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { Part } from '../../ui/part.tsx'
import { Segments } from '../../ui/tabs.tsx'
import { ReleaseCalendar } from './release-calendar.tsx'

const here = getRouteApi('/shell/releases')
type Search = ReturnType<typeof here.useSearch>

/** All releases: planned, on their way, ended; as a list or in a calendar. */
export function ReleasesPage(): ReactElement {
  const search = here.useSearch()
  const { view, q = '', show } = search
  const navigate = here.useNavigate()
  const { chosen } = useProjectChoice()
  const query = useQuery(releasesQuery(chosen))
  const list = useRowKeys<HTMLDivElement>()
  const go = (next: Search): void =>
    void navigate({ search: next, replace: true, resetScroll: false })
  const without = (name: 'view' | 'q' | 'show' | 'from'): Search => {
    const { [name]: _, ...rest } = search
    return rest
  }
  const filtered = (query.data ?? []).filter((one) => fits(one, q) && isShown(one, show))
  return (
    <Page
      title="Releases"
      actions={
        <Link to="/releases/new" className={buttonClasses({ look: 'primary' })}>
          <Plus size={14} aria-hidden /> New release
        </Link>
      }
    >
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <FilterBar
          placeholder="Release, application or version"
          value={q}
          onChange={(words) => go(words === '' ? without('q') : { ...search, q: words })}
        >
          <Segments
            label="Which"
            value={show ?? 'all'}
            options={[
              { value: 'all', label: 'All' },
              { value: 'flight', label: 'In flight' },
              { value: 'ended', label: 'Ended' },
            ]}
            onChange={(value) => go(value === 'all' ? without('show') : { ...search, show: value })}
          />
        </FilterBar>
        <div className="max-drawer:-mt-1 drawer:ml-auto">
          <Segments
            label="Shown as"
            value={view ?? 'list'}
            options={[
              { value: 'list', label: 'List' },
              { value: 'calendar', label: 'Calendar' },
            ]}
            onChange={(value) =>
              go(value === 'list' ? without('view') : { ...search, view: value })
            }
          />
        </div>
      </div>
      <Part what="Releases" query={query}>
        {(releases) =>
          filtered.length === 0 ? (
            <Card>
              <Nothing isEmpty={releases.length === 0} words={q} onClear={() => go({})} />
            </Card>
          ) : view === 'calendar' ? (
            <ReleaseCalendar
              releases={filtered}
              from={search.from}
              onMove={(from) => go(from === undefined ? without('from') : { ...search, from })}
            />
          ) : (
            <Card className="@container">
              <div ref={list} className="divide-y divide-line">
                {filtered.map((release) => (
                  <ReleaseRow key={release.id} release={release} />
                ))}
              </div>
            </Card>
          )
        }
      </Part>
    </Page>
  )
}

function fits({ title, name, applications }: Release, words: string): boolean {
  const texts = [
    title,
    name,
    ...applications.flatMap((one) => [one.application, one.version ?? '']),
  ]
  return texts.join(' ').toLowerCase().includes(words.trim().toLowerCase())
}

function isShown(release: Release, show: Search['show']): boolean {
  return show === undefined || isInFlight(release) === (show === 'flight')
}

function Nothing({
  isEmpty,
  words,
  onClear,
}: {
  readonly isEmpty: boolean
  readonly words: string
  readonly onClear: () => void
}): ReactElement {
  if (isEmpty) {
    return (
      <Empty
        title="No releases yet"
        picture={<Rocket size={22} aria-hidden />}
        actions={
          <Link to="/releases/new" className={buttonClasses()}>
            New release
          </Link>
        }
      >
        A release takes snapshots of several applications through the same stages, together. Plan
        one here, or define it in a file and apply it: <code>lockstep apply</code>
      </Empty>
    )
  }
  return (
    <Empty
      title={words === '' ? 'No release is like that' : `Nothing fits “${words}”`}
      actions={
        <button type="button" onClick={onClear} className="underline">
          Clear the filter
        </button>
      }
    >
      The filter looks for titles, names, applications and the versions that were collected.
    </Empty>
  )
}
