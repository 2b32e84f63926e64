import { useState, type ReactElement } from 'react'
import type { Run } from '../../lib/runs.ts'
import { ActDialog, type Asked } from '../../ui/act-dialog.tsx'
import { TextArea } from '../../ui/field.tsx'
import type { RunVerb } from './run-actions.tsx'

interface SteerDialogProps {
  readonly verb: RunVerb
  readonly run: Run
  readonly steer: Asked
  readonly onClose: () => void
  readonly onConfirm: (reason: string) => void
}

const TITLES: Readonly<Record<RunVerb, string>> = {
  pause: 'Pause',
  resume: 'Resume',
  abort: 'Abort',
}

/** What pausing, resuming or aborting does, and why somebody wants it. */
export function SteerDialog({
  verb,
  run,
  steer,
  onClose,
  onConfirm,
}: SteerDialogProps): ReactElement {
  const [reason, setReason] = useState('')
  const [needs, setNeeds] = useState<string>()
  const confirm = (): void => {
    if (verb !== 'resume' && reason.trim() === '') setNeeds('Say why: it is kept with the run.')
    else onConfirm(reason)
  }
  const isAbort = verb === 'abort'
  return (
    <ActDialog
      title={`${TITLES[verb]} ${run.title}, run ${run.number}?`}
      act={`${TITLES[verb]} run`}
      {...(isAbort && { leave: 'Keep going' })}
      isDrastic={isAbort}
      mutation={steer}
      onClose={onClose}
      onAct={confirm}
    >
      <ul className="list-disc space-y-1 pl-4 text-ink-2">
        {consequences(verb, run).map((line) => (
          <li key={line} className="break-words">
            {line}
          </li>
        ))}
      </ul>
      <TextArea
        label={verb === 'resume' ? 'Reason, if there is one' : 'Reason, kept as evidence'}
        rows={2}
        value={reason}
        error={needs}
        onChange={(event) => {
          setReason(event.currentTarget.value)
          setNeeds(undefined)
        }}
      />
    </ActDialog>
  )
}

function consequences(verb: RunVerb, run: Run): readonly string[] {
  const working = run.working.length
  const now = working === 1 ? `1 thing runs now: ${run.working[0]}.` : `${working} things run now.`
  if (verb === 'pause') {
    return [
      ...(working > 0 ? [`${now} What runs goes on to its end.`] : []),
      'Nothing new begins until somebody resumes the run.',
    ]
  }
  if (verb === 'resume') return [`Next: ${run.next}`]
  const ahead = run.stages.filter(({ finishedAt }) => finishedAt === null)
  return [
    ...(working > 0 ? [`${now} It is stopped.`] : []),
    `${ahead.map(({ title }) => title).join(', ')} ${ahead.length === 1 ? 'does' : 'do'} not go on; only what is marked "always" still runs.`,
    'What was deployed stays where it is. The run cannot be taken up again.',
  ]
}
