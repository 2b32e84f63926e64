// How a person goes on with a task: retry, skip, restart from here, end a manual task, say what became of a lost step.

import { isTerminalStatus } from '@lockstep/domain'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { runQuery, type Run } from '../../lib/runs.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { TextArea } from '../../ui/field.tsx'
import { useTell } from '../../ui/toast.tsx'
import type { Stage, Step, Task } from './run-layout.ts'
import { actsOn, type TaskAct } from './task-acts.ts'

interface TaskFootProps {
  readonly run: Run
  readonly stage: Stage
  readonly task: Task
  readonly step: Step | null
}

export function TaskFoot({ run, stage, task, step }: TaskFootProps): ReactElement {
  const [reason, setReason] = useState('')
  const [needs, setNeeds] = useState<string>()
  const queries = useQueryClient()
  const tell = useTell()
  const act = useMutation({
    mutationFn: (one: TaskAct) => send(run.id, { stage, task, step }, one, reason),
    async onSuccess(now, { done }) {
      queries.setQueryData(runQuery(run.id).queryKey, now)
      setReason('')
      tell({ title: done, detail: task.title })
      await queries.invalidateQueries({ queryKey: ['waiting'] })
    },
  })
  const acts = isTerminalStatus(run.state) ? [] : actsOn(run, stage, task, step)
  if (acts.length === 0) return <p className="text-12 text-ink-2">Next: {run.next}</p>
  const begin = (one: TaskAct): void => {
    if (one.needsReason && reason.trim() === '') setNeeds(`Say why: ${one.why}.`)
    else act.mutate(one)
  }
  return (
    <div className="space-y-2.5">
      <TextArea
        label="Reason, kept as evidence"
        rows={2}
        value={reason}
        error={needs}
        onChange={(event) => {
          setReason(event.currentTarget.value)
          setNeeds(undefined)
        }}
      />
      <Failure of={act.error} />
      <div className="flex flex-wrap justify-end gap-2">
        {acts.map((one, index) => (
          <Button
            key={one.label}
            look={index === acts.length - 1 && one.isMain ? 'primary' : 'secondary'}
            isBusy={act.isPending && act.variables.label === one.label}
            disabled={act.isPending && act.variables.label !== one.label}
            onClick={() => begin(one)}
          >
            {one.label}
          </Button>
        ))}
      </div>
      <p className="text-12 text-ink-3">Next: {run.next}</p>
    </div>
  )
}

async function send(
  run: Run['id'],
  at: { readonly stage: Stage; readonly task: Task; readonly step: Step | null },
  act: TaskAct,
  reason: string,
): Promise<Run> {
  const stage = at.stage.name
  const task = at.task.key
  const step = act.step === null ? {} : { step: act.step }
  const optional = reason === '' ? {} : { reason }
  switch (act.verb) {
    case 'retry':
      return api.retryTask({ run, stage, task, ...step, ...optional })
    case 'skip':
      return api.skipTask({ run, stage, task, ...step, reason })
    case 'restart':
      return api.restartRun({ run, stage, task, reason })
    case 'succeeded':
    case 'failed':
      return api.completeTask({ run, stage, task, outcome: act.verb, ...optional })
    case 'ran':
    case 'did_not_run':
    case 'try_again':
      return api.resolveJob({ run, job: act.job, verdict: act.verb, reason })
  }
}
