// What is kept about a run: who did what, when, from where.

import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import type { AuditEntry as EntrySchema } from '@lockstep/contract'
import { parseId, type ProjectId } from '@lockstep/domain'
import { useState, type ReactElement } from 'react'
import type * as z from 'zod/mini'
import { api } from '../../lib/api.ts'
import type { Run } from '../../lib/runs.ts'
import { useCan } from '../../lib/session/can.ts'
import { projectsQuery } from '../../lib/session/project-choice.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Segments } from '../../ui/tabs.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { downloadJson } from './download-json.ts'
import { isByPerson, subjectWords } from './evidence-words.ts'
import type { RunTabProps } from './run-tabs.tsx'

type Entry = z.output<typeof EntrySchema>
const PAGE = 200

/** The audit trail of a run, newest first. */
export function RunEvidence({ run }: RunTabProps): ReactElement {
  const { data: projects } = useQuery(projectsQuery)
  const project = projects?.find(({ name }) => name === run.project)?.id
  if (projects === undefined) return <SkeletonRows rows={5} />
  return project === undefined ? (
    <Refused why="You do not see its project." />
  ) : (
    <AllowedEvidence run={run} project={project} />
  )
}

function AllowedEvidence({
  run,
  project,
}: RunTabProps & { readonly project: ProjectId }): ReactElement {
  const may = useCan('audit.read', { on: 'project', project })
  return may.allowed ? (
    <Trail run={run} project={project} />
  ) : (
    <Refused why="Auditors and administrators of the project do." />
  )
}

function Refused({ why }: { readonly why: string }): ReactElement {
  return (
    <Card>
      <Empty title="You do not read the evidence of this run">{why}</Empty>
    </Card>
  )
}

function Trail({ run, project }: RunTabProps & { readonly project: ProjectId }): ReactElement {
  const [whose, setWhose] = useState<'people' | 'all'>('people')
  const query = useInfiniteQuery({
    queryKey: ['evidence', run.root, project],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      api.listAuditEntries({
        project,
        subject: run.root,
        limit: PAGE,
        ...(pageParam === undefined ? {} : { after: pageParam }),
      }),
    getNextPageParam: ({ next }) => next ?? undefined,
    meta: { touchedBy: ({ root }) => root === run.root },
  })
  const entries = (query.data?.pages ?? [])
    .flatMap(({ items }) => items)
    // The release keeps also what was before this run.
    .filter(({ at }) => at >= run.startedAt)
  const shown = whose === 'all' ? entries : entries.filter(isByPerson)
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <Segments
          label="Whose"
          value={whose}
          options={[
            { value: 'people', label: 'By people' },
            { value: 'all', label: 'Everything' },
          ]}
          onChange={setWhose}
        />
        <span className="text-12 text-ink-3" data-count={shown.length}>
          {shown.length}
          {query.hasNextPage ? ' so far' : ''}
        </span>
        <div className="ml-auto">
          <Export run={run} entries={entries} />
        </div>
      </div>
      {query.error !== null && (
        <ErrorCard
          what="The evidence could not be loaded"
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      )}
      <Card>
        {query.isPending ? (
          <SkeletonRows rows={6} />
        ) : shown.length === 0 ? (
          <Empty title="Nothing yet">
            Decisions, retries, pauses and what agents reported are kept here, chained so that
            nothing can be changed unnoticed.
          </Empty>
        ) : (
          <Table
            label="Evidence"
            columns={columnsOf(run)}
            rows={shown}
            rowKey={({ position }) => position}
            isListOnPhone
          />
        )}
      </Card>
      {query.hasNextPage && (
        <div className="mt-3 flex justify-center">
          <Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Earlier
          </Button>
        </div>
      )}
    </>
  )
}

const columnsOf = (run: Run): readonly Column<Entry>[] => [
  {
    key: 'what',
    head: 'What',
    cell: ({ says }) => (
      <span className="block font-name break-words first-letter:uppercase">{says}</span>
    ),
  },
  {
    key: 'subject',
    head: 'Of',
    cell: (entry) => (
      <span className="text-ink-2" title={entry.subject}>
        {subjectWords(run, entry)}
      </span>
    ),
  },
  { key: 'by', head: 'Who', cell: ({ by }) => <span className="whitespace-nowrap">{by}</span> },
  {
    key: 'why',
    head: 'Said',
    cell: ({ body }) => {
      const said = [body['reason'], body['comment']].find((one) => typeof one === 'string')
      return said === undefined || said === '' ? null : <span className="text-ink-2">{said}</span>
    },
  },
  { key: 'at', head: 'When', isNumber: true, cell: ({ at }) => <Time at={at} /> },
]

/** The dossier of the release, or the trail of a run that has none, as a file. */
function Export({
  run,
  entries,
}: {
  readonly run: Run
  readonly entries: readonly Entry[]
}): ReactElement {
  const save = useMutation({
    async mutationFn() {
      const release = parseId('rel', run.root)
      const name = run.address.replaceAll('/', '-')
      downloadJson(
        `${name}-evidence.json`,
        release === undefined ? { run: run.address, entries } : await api.showDossier({ release }),
      )
    },
  })
  return (
    <>
      <Button isBusy={save.isPending} onClick={() => save.mutate()}>
        <Download size={14} aria-hidden /> Export
      </Button>
      <Failure of={save.error} className="mt-1" />
    </>
  )
}
