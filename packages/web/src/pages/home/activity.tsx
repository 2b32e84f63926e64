import { queryOptions, useQuery } from '@tanstack/react-query'
import { Camera } from 'lucide-react'
import type { ActivityEntry as EntrySchema } from '@lockstep/contract'
import type { ProjectId } from '@lockstep/domain'
import type { ReactElement, ReactNode } from 'react'
import type * as z from 'zod/mini'
import { api } from '../../lib/api.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { TitledCard } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { GateGlyph } from '../../ui/gate-glyph.tsx'
import { Part } from '../../ui/part.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Time } from '../../ui/time.tsx'

type Entry = z.output<typeof EntrySchema>

const SHOWN = 8

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type of query options is made by the library
function activityQuery(project: ProjectId | null) {
  return queryOptions({
    queryKey: ['activity', project],
    queryFn: () => api.listActivity({ most: SHOWN, ...(project === null ? {} : { project }) }),
    meta: { touchedBy: ({ kind }) => ['pipeline_run', 'gate_run', 'release'].includes(kind) },
  })
}

/** What happened last. */
export function Activity(): ReactElement {
  const { chosen } = useProjectChoice()
  const query = useQuery(activityQuery(chosen))
  return (
    <TitledCard title="Activity">
      <Part what="Activity" query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing has happened yet">
              Runs, decisions and snapshots appear here.
            </Empty>
          ) : (
            <ol className="px-3.5 py-2">
              {items.map((entry) => (
                <li key={entry.key} className="flex min-h-7 items-center gap-3 py-1 text-12">
                  {GLYPHS[entry.what]}
                  <span className="grow text-ink-2">{sentenceOf(entry)}</span>
                  <span className="text-ink-3">
                    <Time at={entry.at} />
                  </span>
                </li>
              ))}
            </ol>
          )
        }
      </Part>
    </TitledCard>
  )
}

const GLYPHS: Readonly<Record<Entry['what'], ReactNode>> = {
  run_started: <StateGlyph state="running" progress={0.25} size={14} isDecoration />,
  run_succeeded: <StateGlyph state="passed" size={14} isDecoration />,
  run_failed: <StateGlyph state="failed" size={14} isDecoration />,
  run_aborted: <StateGlyph state="aborted" size={14} isDecoration />,
  approved: <GateGlyph state="passed" size={14} isDecoration />,
  rejected: <GateGlyph state="rejected" size={14} isDecoration />,
  approval_withdrawn: <GateGlyph state="not_reached" size={14} isDecoration />,
  overridden: <StateGlyph state="warning" size={14} isDecoration />,
  approval_void: <GateGlyph state="not_reached" size={14} isDecoration />,
  snapshot_taken: <Camera size={14} className="shrink-0 text-ink-3" aria-hidden />,
}

function sentenceOf({ what, by, subject, of }: Entry): ReactNode {
  const who = <strong className="font-heading text-ink">{by ?? 'Lockstep'}</strong>
  switch (what) {
    case 'run_started':
      return (
        <>
          {who} started {subject}
        </>
      )
    case 'run_succeeded':
      return `${subject} has passed`
    case 'run_failed':
      return `${subject} failed`
    case 'run_aborted':
      return `${subject} was aborted`
    case 'approved':
      return (
        <>
          {who} approved {subject} of {of}
        </>
      )
    case 'rejected':
      return (
        <>
          {who} rejected {subject} of {of}
        </>
      )
    case 'overridden':
      return (
        <>
          {who} decided to override {subject} of {of}
        </>
      )
    case 'approval_withdrawn':
      return (
        <>
          {who} took back the approval of {subject}
        </>
      )
    case 'approval_void':
      return `A change voided the approval of ${subject}`
    case 'snapshot_taken':
      return (
        <>
          Snapshot <strong className="font-heading text-ink">{subject}</strong> taken
        </>
      )
  }
}
