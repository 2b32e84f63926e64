import type { ReactElement } from 'react'
import { Card, Section } from '../../ui/card.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { compareSnapshots, shortDigest, type SnapshotDifference } from './compare-snapshots.ts'
import type { Snapshot } from './snapshots-query.ts'

interface SnapshotDifferencesProps {
  readonly from: Snapshot
  readonly to: Snapshot
}

/** What is not byte for byte the same in two snapshots. */
export function SnapshotDifferences({ from, to }: SnapshotDifferencesProps): ReactElement {
  const differences = compareSnapshots(from, to)
  return (
    <Section
      className="mb-6"
      title={`From ${from.version} to ${to.version}`}
      count={
        differences.length === 0
          ? 'nothing differs'
          : `${differences.length} ${differences.length === 1 ? 'part differs' : 'parts differ'}`
      }
    >
      <Card>
        {differences.length === 0 ? (
          <p className="px-3.5 py-2.5 text-12 text-ink-2">
            The same bytes, and the same processes.
          </p>
        ) : (
          <Table
            label="What differs"
            columns={[PART, sideOf('from', from.version), sideOf('to', to.version)]}
            rows={differences}
            rowKey={({ kind, name }) => `${kind} ${name}`}
          />
        )}
      </Card>
    </Section>
  )
}

const PART: Column<SnapshotDifference> = {
  key: 'part',
  head: 'Part',
  cell: ({ kind, name }) => (
    <span className="whitespace-nowrap">
      <span className="font-name">{name}</span> <span className="text-12 text-ink-3">{kind}</span>
    </span>
  ),
}

function sideOf(side: 'from' | 'to', version: string): Column<SnapshotDifference> {
  return {
    key: side,
    head: version,
    cell: (difference) => {
      const part = difference[side]
      if (part === null) return <span className="text-12 text-ink-3">not in it</span>
      return (
        <span className="font-mono text-12 whitespace-nowrap">
          {part.version !== null && <strong className="font-heading">{part.version} </strong>}
          <span className="text-ink-3" title={part.digest}>
            {shortDigest(part.digest)}
          </span>
        </span>
      )
    },
  }
}
