import { useMutation } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { Time } from '../../ui/time.tsx'
import { enrolCommand, parseLabels } from './enrol-words.ts'

/** Makes a one-time token, and shows once what to type on the host. */
export function EnrolDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [name, setName] = useState('')
  const [labels, setLabels] = useState('')
  const enrol = useMutation({
    mutationFn: () => api.createEnrolment({ name, labels: [...parseLabels(labels)] }),
    gcTime: 0, // What is shown once is not kept.
  })
  if (enrol.data !== undefined) {
    const { token, expiresAt } = enrol.data
    return (
      <ShownOnce
        size="wide"
        title={`Start the agent on ${name}`}
        detail={
          <>
            The token works once, until <Time at={expiresAt} />, and is not shown again.
          </>
        }
        label="Command to type on the host"
        text={enrolCommand({ server: location.origin, name, token })}
        onClose={onClose}
      >
        As a service, the three settings stand in <code>/etc/lockstep/agent.env</code>. When it has
        appeared here, say where it may work: until then it gets nothing to do.
      </ShownOnce>
    )
  }
  return (
    <ActDialog
      title="Enrol an agent"
      detail="It makes a key of its own on its host; you get a token that works once."
      act="Make the token"
      isReady={name.trim() !== ''}
      mutation={enrol}
      onClose={onClose}
      onAct={() => enrol.mutate()}
    >
      <Field
        label="Name"
        hint="Such as eu-staging-1: the name of the host, in small letters."
        value={name}
        maxLength={60}
        required
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Field
        label="Labels"
        hint="What definitions call it by, with commas: linux, bench"
        value={labels}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setLabels(event.currentTarget.value)}
      />
    </ActDialog>
  )
}
