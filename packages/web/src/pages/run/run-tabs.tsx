// The tabs of a run, each with an address of its own.

import { useParams } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Run } from '../../lib/runs.ts'
import { TabLink, TabLinks } from '../../ui/tabs.tsx'

export interface RunTabProps {
  readonly run: Run
}

/** What the last part of such an address may be. */
export const RUN_TABS = ['path', 'contents', 'changes', 'evidence', 'definition'] as const
export type RunTab = (typeof RUN_TABS)[number]

/** What a run shows besides itself. */
export function RunTabs({ run }: RunTabProps): ReactElement {
  const { release, run: part = '' } = useParams({ strict: false })
  const revision = run.revisions.find(({ kind }) => kind === 'pipeline')?.revision
  const tabs = [
    { tab: 'path', label: 'Path to production' },
    { tab: 'contents', label: 'Contents', count: run.brings.length },
    { tab: 'changes', label: 'Changes' },
    { tab: 'evidence', label: 'Evidence' },
    {
      tab: 'definition',
      label: 'Definition',
      ...(revision === undefined ? {} : { count: `rev ${revision}` }),
    },
  ]
  return (
    <TabLinks label="This run">
      {release === undefined ? (
        <TabLink to="/runs/$run" params={{ run: part }}>
          Run
        </TabLink>
      ) : (
        <TabLink to="/releases/$release/runs/$run" params={{ release, run: part }}>
          Run
        </TabLink>
      )}
      {tabs.map(({ tab, label, count }) =>
        release === undefined ? (
          <TabLink key={tab} to="/runs/$run/$tab" params={{ run: part, tab }} count={count}>
            {label}
          </TabLink>
        ) : (
          <TabLink
            key={tab}
            to="/releases/$release/runs/$run/$tab"
            params={{ release, run: part, tab }}
            count={count}
          >
            {label}
          </TabLink>
        ),
      )}
    </TabLinks>
  )
}
