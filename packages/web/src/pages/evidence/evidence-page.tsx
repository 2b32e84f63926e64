import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { can } from '@lockstep/domain'
import { FileCheck2 } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import { NoProject } from '../../components/no-project.tsx'
import { Page } from '../../layout/page.tsx'
import { useRowKeys } from '../../lib/keys/use-row-keys.ts'
import { useCanAnywhere } from '../../lib/session/can-anywhere.ts'
import { rightsOf } from '../../lib/session/can.ts'
import { useMe } from '../../lib/session/me.ts'
import { projectsQuery, useProjectChoice, type Project } from '../../lib/session/project-choice.ts'
import { whoMay } from '../../lib/session/who-may.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { MayNot } from '../../ui/may-not.tsx'
import { Part } from '../../ui/part.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { EntryPanel } from './entry-panel.tsx'
import { kindWords, saidWith, type AuditEntry } from './entry-words.ts'
import { EvidenceFilters } from './evidence-filters.tsx'
import { NO_PROJECT, queryOf, readPages } from './evidence-query.ts'
import { ExportButton, VerifyButton } from './export-button.tsx'

const here = getRouteApi('/shell/evidence')
const PAGES_MAX = 40

/** What is kept for audit: who did what, when and from where, searched and exported. */
export function EvidencePage(): ReactElement {
  const me = useMe()
  const { projects, chosen } = useProjectChoice()
  const query = useQuery(projectsQuery)
  const search = here.useSearch()
  const rights = rightsOf(me)
  const readable = projects.filter(
    ({ id }) => can(rights, 'audit.read', { on: 'project', project: id }).allowed,
  )
  const mayReadSystem = can(rights, 'audit.read', { on: 'system' }).allowed
  const named =
    readable.find(({ name }) => name === search.project) ??
    readable.find(({ id }) => id === chosen) ??
    readable[0]
  const project =
    mayReadSystem && (named === undefined || search.project === NO_PROJECT) ? null : named
  if (project === undefined) {
    return (
      <Page title="Evidence" live={null}>
        <Part what="Projects" query={query}>
          {(all) =>
            all.length === 0 ? (
              <NoProject />
            ) : (
              <MayNot>The audit trail is shown to {whoMay('audit.read')}.</MayNot>
            )
          }
        </Part>
      </Page>
    )
  }
  return <Evidence project={project} mayReadSystem={mayReadSystem} readable={readable} />
}

function Evidence({
  project,
  mayReadSystem,
  readable,
}: {
  /** null: what belongs to none. */
  readonly project: Project | null
  readonly mayReadSystem: boolean
  readonly readable: readonly Project[]
}): ReactElement {
  const search = here.useSearch()
  const navigate = here.useNavigate()
  const [pages, setPages] = useState(1)
  const mayVerify = useCanAnywhere('audit.read')
  const list = useRowKeys<HTMLDivElement>()
  const { entry: selected, ...filter } = search
  const asked = queryOf(project?.id ?? null, filter)
  const query = useQuery({
    queryKey: ['audit', asked, pages],
    queryFn: () => readPages(asked, pages),
    placeholderData: keepPreviousData,
  })
  const entry = query.data?.entries.find(({ position }) => position === selected)
  const change = (next: Partial<Record<keyof typeof search, string | null>>): void => {
    if (!('entry' in next)) setPages(1)
    void navigate({
      search: (old) =>
        // What is undefined or null falls out of the address; the schema looks at the rest.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
        Object.fromEntries(
          Object.entries({ ...old, ...next }).filter(
            ([, value]) => value !== null && value !== undefined && value !== '',
          ),
        ) as typeof search,
      replace: true,
      resetScroll: false,
    })
  }
  return (
    <Page
      title="Evidence"
      detail={project?.title ?? 'People and the system'}
      live={null}
      actions={
        <>
          {mayVerify && <VerifyButton />}
          <ExportButton asked={asked} name={project?.name ?? 'system'} />
        </>
      }
      panel={entry && <EntryPanel entry={entry} onClose={() => change({ entry: null })} />}
    >
      <EvidenceFilters
        filter={filter}
        project={project}
        mayReadSystem={mayReadSystem}
        readable={readable}
        onChange={(next) => change({ ...next, entry: null })}
      />
      <Card>
        <Part what="Entries" query={query}>
          {({ entries, hasMore }) =>
            entries.length === 0 ? (
              <Empty
                title="No entry fits"
                picture={<FileCheck2 size={22} aria-hidden />}
                actions={
                  <Button
                    onClick={() =>
                      change({
                        about: null,
                        by: null,
                        subject: null,
                        from: null,
                        to: null,
                        entry: null,
                      })
                    }
                  >
                    Clear the filter
                  </Button>
                }
              >
                Every change by a person, token, agent or rule is kept here, and nothing in it can
                be changed later.
              </Empty>
            ) : (
              <div ref={list}>
                <Table
                  label="Entries"
                  columns={columnsFor((position) => change({ entry: position }))}
                  rows={entries}
                  rowKey={({ position }) => position}
                  selected={entry?.position}
                  onSelect={({ position }) => change({ entry: position })}
                />
                {hasMore && pages < PAGES_MAX && (
                  <div className="border-t border-line p-2 text-center">
                    <Button look="quiet" onClick={() => setPages(pages + 1)}>
                      Show earlier
                    </Button>
                  </div>
                )}
              </div>
            )
          }
        </Part>
      </Card>
    </Page>
  )
}

function columnsFor(onOpen: (position: string) => void): readonly Column<AuditEntry>[] {
  return [
    {
      key: 'what',
      head: 'What',
      cell: (entry) => (
        <button
          type="button"
          data-row
          onClick={(event) => {
            event.stopPropagation()
            onOpen(entry.position)
          }}
          className="max-w-120 py-1.5 text-left break-words hover:underline"
        >
          <strong className="font-heading">{entry.by}</strong> {entry.says}
        </button>
      ),
    },
    {
      key: 'said',
      head: 'With the words',
      cell: (entry) => (
        <span className="line-clamp-2 max-w-90 text-12 break-words text-ink-2">
          {saidWith(entry)}
        </span>
      ),
    },
    {
      key: 'about',
      head: 'About',
      cell: ({ kind }) => (
        <span className="text-12 whitespace-nowrap text-ink-2">{kindWords(kind)}</span>
      ),
    },
    { key: 'at', head: 'At', isNumber: true, cell: ({ at }) => <Time at={at} /> },
  ]
}
