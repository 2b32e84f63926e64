// Starting a release: what it does is said before it is done, and exactly that plan is started.

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Play } from 'lucide-react'
import type { ProjectId } from '@lockstep/domain'
import { lazy, Suspense, useState, type ReactElement } from 'react'
import { thingPart } from '../../lib/address.ts'
import { api } from '../../lib/api.ts'
import { runQuery, type Release } from '../../lib/runs.ts'
import { useCan } from '../../lib/session/can.ts'
import { useCommands } from '../../palette/command-registry.ts'
import { Button } from '../../ui/button.tsx'
import type { Plan } from '../../components/release/plan-stages.tsx'

const StartDialog = lazy(() =>
  import('./start-dialog.tsx').then(({ StartDialog: it }) => ({ default: it })),
)

interface StartReleaseProps {
  readonly release: Release
  readonly project: ProjectId
  /** null: none can be made, or not yet. */
  readonly plan: Plan | null
}

export function StartRelease({ release, project, plan }: StartReleaseProps): ReactElement | null {
  const may = useCan('run.start', { on: 'project', project })
  const [isAsking, setIsAsking] = useState(false)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const start = useMutation({
    mutationFn: (digest: string) => api.startRun({ project, name: release.name, plan: digest }),
    async onSuccess(run) {
      queries.setQueryData(runQuery(run.id).queryKey, run)
      await queries.invalidateQueries({ queryKey: ['release at'] })
      await navigate({
        to: '/releases/$release/runs/$run',
        params: { release: thingPart(release), run: String(run.number) },
      })
    },
  })
  const canStart =
    may.allowed && plan !== null && ['ready', 'failed', 'aborted'].includes(release.state)
  useCommands(
    canStart
      ? [
          {
            id: 'start release',
            group: 'Here' as const,
            label: 'Start this release…',
            run: () => setIsAsking(true),
          },
        ]
      : [],
  )
  if (!may.allowed) {
    return <span className="text-12 text-ink-3 max-drawer:hidden">Operators start it</span>
  }
  return (
    <>
      <Button
        look="primary"
        disabled={!canStart}
        title={
          canStart ? undefined : 'It can be started when all applications have been collected.'
        }
        onClick={() => {
          start.reset()
          setIsAsking(true)
        }}
      >
        <Play size={14} aria-hidden /> Start run…
      </Button>
      <Suspense>
        {isAsking && plan !== null && (
          <StartDialog
            release={release}
            plan={plan}
            start={start}
            onClose={() => setIsAsking(false)}
            onConfirm={() => start.mutate(plan.digest)}
          />
        )}
      </Suspense>
    </>
  )
}
