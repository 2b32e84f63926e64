import type { RunSummary } from '@lockstep/contract'
import type { ReactElement } from 'react'
import type * as z from 'zod/mini'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { shortName } from '../../lib/address.ts'
import { Card } from '../../ui/card.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { shownStateOf } from '../../ui/state.ts'
import { Table, type Column } from '../../ui/table.tsx'
import { Duration, Time } from '../../ui/time.tsx'
import { VersionChip } from '../../ui/version-chip.tsx'

export type RunLine = z.output<typeof RunSummary>

/** Runs as a table; on phones as a list. */
export function RunRows({ runs }: { readonly runs: readonly RunLine[] }): ReactElement {
  return (
    <Card>
      <div className="max-drawer:hidden">
        <Table label="Runs" columns={COLUMNS} rows={runs} rowKey={({ id }) => id} />
      </div>
      <ul className="divide-y divide-line drawer:hidden">
        {runs.map((run) => (
          <li key={run.id}>
            <ScreenLink
              to="/runs/$run"
              params={{ run: run.id }}
              className="flex min-h-14 items-center gap-3 px-4 py-2"
            >
              <StateGlyph state={shownStateOf(run.state)} />
              <span className="min-w-0 grow">
                <span className="block truncate font-name">
                  {run.title} <span className="font-normal text-ink-3">#{run.number}</span>
                </span>
                <span className="block truncate text-12 text-ink-2">
                  {run.project}
                  {run.source !== null && <> · {run.source.branch}</>}
                </span>
              </span>
              <span className="text-12 text-ink-3">
                <Time at={run.startedAt} />
              </span>
            </ScreenLink>
          </li>
        ))}
      </ul>
    </Card>
  )
}

const COLUMNS: readonly Column<RunLine>[] = [
  {
    key: 'run',
    head: 'Run',
    cell: (run) => (
      <ScreenLink
        to="/runs/$run"
        params={{ run: run.id }}
        isRow
        className="flex max-w-80 items-center gap-2.5 py-1.5 font-name whitespace-nowrap hover:underline"
      >
        <StateGlyph state={shownStateOf(run.state)} />
        <span className="truncate" title={run.title}>
          {run.title}
        </span>
        <span className="font-normal text-ink-3">#{run.number}</span>
      </ScreenLink>
    ),
  },
  {
    key: 'pipeline',
    head: 'Pipeline',
    cell: ({ project, pipeline }) => (
      <span className="whitespace-nowrap text-ink-2">
        <span className="text-ink-3">{project}/</span>
        {pipeline}
      </span>
    ),
  },
  { key: 'brings', head: 'Brings', cell: ({ brings }) => <Brings brings={brings} /> },
  {
    key: 'source',
    head: 'Commit',
    cell: ({ source }) =>
      source === null ? (
        <span className="text-ink-3">none</span>
      ) : (
        <span
          className="flex max-w-60 items-center gap-2 whitespace-nowrap"
          title={`${source.repository} ${source.branch} ${source.commit}`}
        >
          <span className="min-w-0 truncate text-ink-2">{source.branch}</span>
          <span className="font-mono text-12">{source.commit.slice(0, 7)}</span>
        </span>
      ),
  },
  {
    key: 'starter',
    head: 'Started by',
    cell: ({ starter }) => (
      <span className="block max-w-48 truncate text-ink-2" title={starter}>
        {starter}
      </span>
    ),
  },
  { key: 'at', head: 'Started', isNumber: true, cell: ({ startedAt }) => <Time at={startedAt} /> },
  {
    key: 'took',
    head: 'Took',
    isNumber: true,
    cell: ({ startedAt, finishedAt }) => <Duration from={startedAt} to={finishedAt} form="clock" />,
  },
]

const BRINGS_SHOWN = 3

function Brings({ brings }: { readonly brings: RunLine['brings'] }): ReactElement {
  const made = brings.flatMap(({ application, version }) =>
    version === null ? [] : [{ application, version }],
  )
  if (made.length === 0) return <span className="text-ink-3">nothing yet</span>
  return (
    <span className="flex items-center gap-x-3 whitespace-nowrap">
      {made.slice(0, BRINGS_SHOWN).map(({ application, version }) => (
        <span key={application} className="flex items-center gap-1.5 text-12 text-ink-2">
          {shortName(application)} <VersionChip version={version} />
        </span>
      ))}
      {made.length > BRINGS_SHOWN && (
        <span className="text-12 text-ink-3">and {made.length - BRINGS_SHOWN} more</span>
      )}
    </span>
  )
}
