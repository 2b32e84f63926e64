// Pause, resume and abort. Each says what it does before it is done.

import { isTerminalStatus } from '@lockstep/domain'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Ban, Ellipsis, Pause, Play } from 'lucide-react'
import { lazy, Suspense, useState, type ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { runQuery, type Run } from '../../lib/runs.ts'
import { useCommands } from '../../palette/command-registry.ts'
import { Button } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { useTell } from '../../ui/toast.tsx'

export type RunVerb = 'pause' | 'resume' | 'abort'

const DONE: Readonly<Record<RunVerb, string>> = {
  pause: 'Paused',
  resume: 'Goes on',
  abort: 'Aborted',
}
const SteerDialog = lazy(() =>
  import('./steer-dialog.tsx').then(({ SteerDialog: it }) => ({ default: it })),
)

export function RunActions({ run }: { readonly run: Run }): ReactElement | null {
  const [asked, setAsked] = useState<RunVerb | null>(null)
  const queries = useQueryClient()
  const tell = useTell()
  const steer = useMutation({
    mutationFn: ({ verb, reason }: { readonly verb: RunVerb; readonly reason: string }) =>
      send(run.id, verb, reason),
    onSuccess(now, { verb }) {
      queries.setQueryData(runQuery(run.id).queryKey, now)
      tell({
        title: DONE[verb],
        detail: run.title,
        state: verb === 'resume' ? 'running' : 'on_hold',
      })
      setAsked(null)
    },
  })
  const isOver = isTerminalStatus(run.state)
  const toggle: RunVerb = run.paused === null ? 'pause' : 'resume'
  const canControl = !isOver && run.can.control
  const canAbort = !isOver && run.can.abort
  const ask = (verb: RunVerb): void => {
    steer.reset()
    setAsked(verb)
  }
  useCommands([
    ...(canControl
      ? [
          {
            id: 'run toggle',
            group: 'Here' as const,
            label: toggle === 'pause' ? 'Pause this run…' : 'Resume this run…',
            run: () => ask(toggle),
          },
        ]
      : []),
    ...(canAbort
      ? [
          {
            id: 'run abort',
            group: 'Here' as const,
            label: 'Abort this run…',
            run: () => ask('abort'),
          },
        ]
      : []),
  ])
  if (!canControl && !canAbort) return null
  return (
    <>
      {canControl && (
        <Button onClick={() => ask(toggle)}>
          {toggle === 'pause' ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
          {toggle === 'pause' ? 'Pause run…' : 'Resume run…'}
        </Button>
      )}
      {canAbort && (
        <Menu
          trigger={
            <Button size="icon" aria-label="More about this run">
              <Ellipsis size={16} aria-hidden />
            </Button>
          }
          entries={[
            {
              key: 'abort',
              label: 'Abort run…',
              icon: <Ban size={14} aria-hidden />,
              isDanger: true,
              onSelect: () => ask('abort'),
            },
          ]}
        />
      )}
      <Suspense>
        {asked !== null && (
          <SteerDialog
            verb={asked}
            run={run}
            steer={steer}
            onClose={() => setAsked(null)}
            onConfirm={(reason) => steer.mutate({ verb: asked, reason })}
          />
        )}
      </Suspense>
    </>
  )
}

async function send(run: Run['id'], verb: RunVerb, reason: string): Promise<Run> {
  if (verb === 'pause') return api.pauseRun({ run, reason })
  if (verb === 'abort') return api.abortRun({ run, reason })
  return api.resumeRun({ run, ...(reason === '' ? {} : { reason }) })
}
