// What a release takes of each application, and how a person may choose.

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import type { ProjectId } from '@lockstep/domain'
import { lazy, Suspense, useState, type ReactElement } from 'react'
import { ApplicationIcon } from '../../components/application-icon.tsx'
import { partsOfRun, shortName } from '../../lib/address.ts'
import { api } from '../../lib/api.ts'
import { runAtQuery } from '../../lib/find-run.ts'
import type { Release } from '../../lib/runs.ts'
import { useCan } from '../../lib/session/can.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { useTell } from '../../ui/toast.tsx'
import { VersionChip } from '../../ui/version-chip.tsx'

export type Collected = Release['applications'][number]

const ChooseSnapshot = lazy(() =>
  import('./choose-snapshot.tsx').then(({ ChooseSnapshot: it }) => ({ default: it })),
)

interface CollectedTableProps {
  readonly release: Release
  /** undefined: not known yet. */
  readonly project: ProjectId | undefined
}

export function CollectedTable({ release, project }: CollectedTableProps): ReactElement {
  const may = useCan(
    'release.write',
    project === undefined ? { on: 'system' } : { on: 'project', project },
  )
  const [choosing, setChoosing] = useState<Collected | null>(null)
  const queries = useQueryClient()
  const tell = useTell()
  const freeze = useMutation({
    mutationFn: ({ application, frozen }: { application: string; frozen: boolean }) =>
      api.freezeApplication({ release: release.id, application, frozen }),
    async onSuccess(_, { application, frozen }) {
      tell({ title: frozen ? 'Kept as it is' : 'Takes newer ones again', detail: application })
      await queries.invalidateQueries({ queryKey: ['release at'] })
    },
  })
  const isOpen = release.state === 'collecting' || release.state === 'ready'
  const columns =
    may.allowed && isOpen
      ? [
          ...COLUMNS,
          choiceColumn({
            isBusy: freeze.isPending,
            onFreeze: ({ application, hold }) =>
              freeze.mutate({ application, frozen: hold === null }),
            onChoose: setChoosing,
          }),
        ]
      : COLUMNS
  return (
    <>
      <Table
        label="Applications"
        columns={columns}
        rows={release.applications}
        rowKey={({ application }) => application}
        isListOnPhone
      />
      <Failure of={freeze.error} className="px-3.5 py-2" />
      <Suspense>
        {choosing !== null && (
          <ChooseSnapshot
            release={release}
            collected={choosing}
            onClose={() => setChoosing(null)}
          />
        )}
      </Suspense>
    </>
  )
}

const COLUMNS: readonly Column<Collected>[] = [
  {
    key: 'application',
    head: 'Application',
    cell: ({ application }) => (
      <span className="flex items-center gap-2.5 py-1.5 font-name whitespace-nowrap">
        <ApplicationIcon application={application} /> {shortName(application)}
      </span>
    ),
  },
  {
    key: 'wanted',
    head: 'Wanted',
    cell: ({ versions, from }) => (
      <span className="text-ink-2 drawer:whitespace-nowrap">
        {versions === '*' ? 'any version' : versions} that passed {from}
      </span>
    ),
  },
  {
    key: 'taken',
    head: 'Collected',
    cell: ({ version, hold }) =>
      version === null ? (
        <span className="flex items-center gap-1.5 whitespace-nowrap text-ink-3">
          <StateGlyph state="scheduled" size={14} isDecoration /> none has passed yet
        </span>
      ) : (
        <span className="flex items-center gap-1.5 whitespace-nowrap">
          <StateGlyph state="passed" size={14} isDecoration />
          <VersionChip version={version} look="to" />
          {hold !== null && <span className="text-12 text-ink-3">{HOLDS[hold]}</span>}
        </span>
      ),
  },
  { key: 'run', head: 'Passed in', cell: ({ passed }) => <PassedIn passed={passed} /> },
]

/** Keep what is collected, take newer ones again, or choose another. */
function choiceColumn({
  isBusy,
  onFreeze,
  onChoose,
}: {
  readonly isBusy: boolean
  readonly onFreeze: (one: Collected) => void
  readonly onChoose: (one: Collected) => void
}): Column<Collected> {
  return {
    key: 'choose',
    head: <span className="sr-only">Choose</span>,
    isNumber: true,
    cell: (one) => (
      <span className="inline-flex gap-1.5 py-1">
        {one.snapshot !== null && (
          <Button size="small" isBusy={isBusy} onClick={() => onFreeze(one)}>
            {one.hold === null ? 'Keep this' : 'Take newer again'}
          </Button>
        )}
        <Button size="small" onClick={() => onChoose(one)}>
          Choose…
        </Button>
      </span>
    ),
  }
}

const HOLDS = { frozen: 'kept as it is', pinned: 'chosen' } as const

function PassedIn({ passed }: { readonly passed: string | null }): ReactElement | null {
  const { data: run } = useQuery({ ...runAtQuery(passed ?? ''), enabled: passed !== null })
  if (passed === null) return null
  const { name, number } = partsOfRun(passed)
  const words = `${name} #${number}`
  return run == null ? (
    <span className="whitespace-nowrap">{words}</span>
  ) : (
    <Link to="/runs/$run" params={{ run: run.id }} className="whitespace-nowrap underline">
      {words}
    </Link>
  )
}
