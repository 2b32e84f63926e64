import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { ApplicationIcon } from '../../components/application-icon.tsx'
import { shortName } from '../../lib/address.ts'
import { runAtQuery } from '../../lib/find-run.ts'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { VersionChip } from '../../ui/version-chip.tsx'
import { useBroughtSnapshots, type Brought, type Snapshot } from './brought-snapshots.ts'
import { sizeWords } from './run-words.ts'
import type { RunTabProps } from './run-tabs.tsx'

/** The set of a run: the snapshot of each application, with every component by its digest. */
export function RunContents({ run }: RunTabProps): ReactElement {
  const snapshots = useBroughtSnapshots(run)
  if (run.brings.length === 0) {
    return (
      <Card>
        <Empty title="This run brings nothing">
          A run that makes or delivers a snapshot shows here what is in it, by digest.
        </Empty>
      </Card>
    )
  }
  return (
    <div className="flex flex-col gap-4">
      {run.brings.map((brought, at) => (
        <SnapshotCard key={brought.application} brought={brought} snapshot={snapshots[at]} />
      ))}
    </div>
  )
}

function SnapshotCard({
  brought,
  snapshot,
}: {
  readonly brought: Brought
  readonly snapshot: Snapshot | null | undefined
}): ReactElement {
  const name = shortName(brought.application)
  return (
    <section aria-label={name}>
      <Card>
        <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3.5 py-2.5">
          <ApplicationIcon application={name} />
          <h2 className="text-13">{name}</h2>
          {brought.version !== null && <VersionChip version={brought.version} look="to" />}
          <span className="text-12 text-ink-2">
            <MadeBy brought={brought} /> {snapshot && <Time at={snapshot.at} />}
          </span>
          <span className="min-w-0 font-mono text-11 break-all text-ink-3">
            {brought.snapshot ?? 'no snapshot yet'}
          </span>
        </header>
        {snapshot === undefined ? (
          <SkeletonRows rows={2} />
        ) : snapshot === null ? (
          <p className="px-3.5 py-3 text-ink-2">
            {brought.snapshot === null
              ? 'Its snapshot is made while the run goes on.'
              : 'What is in it belongs to a project that you do not see.'}
          </p>
        ) : (
          <Table
            label={`Components of ${name}`}
            columns={
              snapshot.components.some(hasContracts)
                ? COLUMNS
                : COLUMNS.filter(({ key }) => key !== 'contracts')
            }
            rows={snapshot.components}
            rowKey={(component) => component.name}
            isListOnPhone
          />
        )}
      </Card>
    </section>
  )
}

type Component = Snapshot['components'][number]

function hasContracts({ provides, requires }: Component): boolean {
  return Object.keys(provides).length + Object.keys(requires).length > 0
}

const COLUMNS: readonly Column<Component>[] = [
  {
    key: 'component',
    head: 'Component',
    cell: ({ name }) => <strong className="font-name">{name}</strong>,
  },
  { key: 'version', head: 'Version', cell: ({ version }) => <VersionChip version={version} /> },
  {
    key: 'digest',
    head: 'Digest',
    cell: ({ digest }) => (
      <span className="font-mono text-11 drawer:whitespace-nowrap">{digest}</span>
    ),
  },
  {
    key: 'contracts',
    head: 'Interfaces',
    cell: ({ provides, requires }) => (
      <span className="text-12 text-ink-2 drawer:whitespace-nowrap">
        {[
          ...Object.entries(provides).map(([name, range]) => `provides ${name} ${range}`),
          ...Object.entries(requires).map(([name, range]) => `requires ${name} ${range}`),
        ].join(', ')}
      </span>
    ),
  },
  { key: 'size', head: 'Size', isNumber: true, cell: ({ sizeBytes }) => sizeWords(sizeBytes) },
]

/** The run of the team's pipeline that made it. */
function MadeBy({ brought }: { readonly brought: Brought }): ReactElement | null {
  const { passed } = brought
  const { data: made } = useQuery({ ...runAtQuery(passed ?? ''), enabled: passed !== null })
  if (passed === null) return null
  const words = passed.split('/').slice(1).join(' #')
  return (
    <>
      from{' '}
      {made == null ? (
        words
      ) : (
        <Link to="/runs/$run" params={{ run: made.id }} className="underline">
          {words}
        </Link>
      )}
    </>
  )
}
