import type { ReactElement } from 'react'
import { Link } from '@tanstack/react-router'
import type { Run } from '../../lib/runs.ts'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { shownStateOf } from '../../ui/state.ts'
import { Table, type Column } from '../../ui/table.tsx'
import { Duration, Time } from '../../ui/time.tsx'
import { causeWords } from './cause-words.ts'
import { endWords } from './end-words.ts'
import type { FoundStep, Job } from './find-step.ts'

interface StepAttemptsProps {
  readonly run: Run
  readonly step: FoundStep['step']
  readonly jobs: readonly Job[]
}

/** Every attempt at the step, on each of its resources: why there was another, and how it ended. Each leads to its log. */
export function StepAttempts({ run, step, jobs }: StepAttemptsProps): ReactElement {
  return (
    <Card>
      {jobs.length === 0 ? (
        <Empty title="Nobody has begun yet">
          Each attempt of an agent stands here, with how it ended and with its log.
        </Empty>
      ) : (
        <Table
          label="Attempts"
          columns={columnsOf(run.id, step)}
          rows={jobs}
          rowKey={({ id }) => id}
          isListOnPhone
        />
      )}
    </Card>
  )
}

function columnsOf(run: Run['id'], step: FoundStep['step']): readonly Column<Job>[] {
  return [
    {
      key: 'resource',
      head: 'On',
      cell: ({ id, state, resource, link }) => (
        <Link
          to="/runs/$run/steps/$step/log"
          params={{ run, step: step.id ?? '' }}
          search={{ job: id }}
          data-row
          className="flex w-fit items-center gap-2 hover:underline"
        >
          <StateGlyph state={shownStateOf(state)} size={14} />
          <span className="font-mono text-12 font-heading">{resource}</span>
          {link !== '' && link !== step.title && <span className="text-12 text-ink-3">{link}</span>}
        </Link>
      ),
    },
    { key: 'attempt', head: 'Attempt', isNumber: true, cell: ({ attempt }) => attempt },
    {
      key: 'cause',
      head: 'Because',
      cell: ({ cause }) => <span className="text-12 text-ink-2">{causeWords(cause)}</span>,
    },
    {
      key: 'agent',
      head: 'Agent',
      cell: ({ agent }) =>
        agent === null ? (
          <span className="text-12 text-ink-3">none yet</span>
        ) : (
          <span className="font-mono text-12">{agent.name}</span>
        ),
    },
    {
      key: 'ended',
      head: 'Ended',
      cell: ({ state, reason, exitCode, finishedAt }) => (
        <span className={`text-12 ${state === 'failed' ? 'text-fail' : 'text-ink-2'}`}>
          {reason ?? endWords({ state, exitCode, finishedAt })}
        </span>
      ),
    },
    {
      key: 'began',
      head: 'Began',
      isNumber: true,
      cell: ({ startedAt }) => (startedAt === null ? 'not yet' : <Time at={startedAt} />),
    },
    {
      key: 'took',
      head: 'Took',
      isNumber: true,
      cell: ({ startedAt, finishedAt }) =>
        startedAt === null ? null : <Duration from={startedAt} to={finishedAt} form="clock" />,
    },
  ]
}
