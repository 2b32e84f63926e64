// What people do to an environment as a whole: hold it for themselves, freeze it, and let it go again.

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState, type ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import type { Environment } from '../../lib/inventory.ts'
import { useCan } from '../../lib/session/can.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { whoMay } from '../../lib/session/who-may.ts'
import { useCommands } from '../../palette/command-registry.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { Button } from '../../ui/button.tsx'
import { Field, TextArea } from '../../ui/field.tsx'
import { MayNot } from '../../ui/may-not.tsx'
import { useTell } from '../../ui/toast.tsx'

export type PlaceAction = 'freeze' | 'unfreeze' | 'lock' | 'unlock'

interface Words {
  readonly button: string
  readonly title: (place: string) => string
  readonly detail: string
  readonly verb: string
  readonly done: (place: string) => string
}

const WORDS: Readonly<Record<PlaceAction, Words>> = {
  freeze: {
    button: 'Freeze…',
    title: (place) => `Freeze ${place}?`,
    detail:
      'Nothing begins to change it while it is frozen. What has begun goes on to its end; runs wait.',
    verb: 'Freeze',
    done: (place) => `${place} is frozen`,
  },
  unfreeze: {
    button: 'End the freeze…',
    title: (place) => `End the freeze of ${place}?`,
    detail: 'Runs that wait for it go on at once.',
    verb: 'End the freeze',
    done: (place) => `${place} may change again`,
  },
  lock: {
    button: 'Hold…',
    title: (place) => `Hold ${place} for yourself?`,
    detail: 'No run gets it until you let it go. A run that has it now keeps it; you are next.',
    verb: 'Hold',
    done: (place) => `You hold ${place}`,
  },
  unlock: {
    button: 'Let it go…',
    title: (place) => `Let ${place} go?`,
    detail: 'The run that waits first gets it at once.',
    verb: 'Let it go',
    done: (place) => `${place} is free`,
  },
}

interface PlaceActionButtonProps {
  readonly environment: Environment
  readonly action: PlaceAction
}

/** The button of an action with its dialog; who may not is told who may. */
export function PlaceActionButton({ environment, action }: PlaceActionButtonProps): ReactElement {
  // What was asked for stays asked, whatever others do to the environment meanwhile.
  const [asked, setAsked] = useState<PlaceAction | null>(null)
  const permission = action.endsWith('freeze') ? 'environment.freeze' : 'environment.lock'
  const { projects } = useProjectChoice()
  const project = projects.find(({ name }) => name === environment.project)?.id
  const { allowed } = useCan(
    permission,
    project === undefined
      ? { on: 'system' }
      : { on: 'environment', project, environment: environment.id },
  )
  const { button } = WORDS[action]
  useCommands(
    allowed
      ? [
          {
            id: `${action} ${environment.id}`,
            group: 'Change',
            label: WORDS[action].title(environment.title).replace('?', '…'),
            run: () => setAsked(action),
          },
        ]
      : [],
  )
  if (!allowed) {
    return (
      <MayNot>
        {button.replace('…', '')} is for {whoMay(permission)}.
      </MayNot>
    )
  }
  return (
    <>
      <Button onClick={() => setAsked(action)}>{button}</Button>
      {asked !== null && (
        <PlaceActionDialog
          environment={environment}
          action={asked}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  )
}

function PlaceActionDialog({
  environment: { id: environment, title },
  action,
  onClose,
}: PlaceActionButtonProps & { readonly onClose: () => void }): ReactElement {
  const words = WORDS[action]
  const tell = useTell()
  const queries = useQueryClient()
  const first = useRef<HTMLTextAreaElement>(null)
  const [reason, setReason] = useState('')
  const [from, setFrom] = useState('')
  const [until, setUntil] = useState('')
  const change = useMutation({
    mutationFn: () => {
      switch (action) {
        case 'freeze':
          return api.freezeEnvironment({
            environment,
            reason,
            ...(from !== '' && { from: new Date(from).toISOString() }),
            ...(until !== '' && { until: new Date(until).toISOString() }),
          })
        case 'unfreeze':
          return api.unfreezeEnvironment({ environment, reason })
        case 'lock':
          return api.lockEnvironment({ environment, reason })
        case 'unlock':
          return api.unlockEnvironment({ environment, reason })
      }
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['environments'] })
      tell({ title: words.done(title) })
      onClose()
    },
  })
  const isReasonNeeded = action !== 'unlock'
  return (
    <ActDialog
      title={words.title(title)}
      detail={words.detail}
      act={words.verb}
      isReady={!isReasonNeeded || reason.trim() !== ''}
      mutation={change}
      focusFirst={first}
      onClose={onClose}
      onAct={() => change.mutate()}
    >
      <TextArea
        ref={first}
        label={isReasonNeeded ? 'Why' : 'Why, if you like'}
        hint="Everybody who waits reads it."
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {action === 'freeze' && (
        <div className="flex flex-wrap gap-3">
          <Field
            label="From"
            hint="Empty: at once"
            type="datetime-local"
            className="grow"
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <Field
            label="Until"
            hint="Empty: until somebody ends it"
            type="datetime-local"
            className="grow"
            value={until}
            onChange={(event) => setUntil(event.currentTarget.value)}
          />
        </div>
      )}
    </ActDialog>
  )
}
