import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { gateQuery } from '../../lib/gates.ts'
import { useMe } from '../../lib/session/me.ts'
import { waitingQuery, type Gate } from '../../lib/waiting.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { Field, TextArea } from '../../ui/field.tsx'
import { useTell } from '../../ui/toast.tsx'
import { GateBrings } from './gate-facts.tsx'
import { gateTitle, runOfGate } from './gate-line.ts'
import { isLastHalf, OverrideNote, overrideStep } from './override-note.tsx'

interface OverrideDialogProps {
  /** As it stands now. */
  readonly gate: Gate
  readonly onClose: () => void
}

/** Repeats what goes through without its approvals, and asks why, and for the password once more. */
export function OverrideDialog({ gate, onClose }: OverrideDialogProps): ReactElement {
  // What was on the screen when the person asked is what they answer for.
  const [shown] = useState(gate)
  const { name } = useMe()
  const [reason, setReason] = useState('')
  const [password, setPassword] = useState('')
  const queries = useQueryClient()
  const tell = useTell()
  const query = gateQuery(gate.id)
  const hasChanged = shown.covers !== gate.covers
  const { covers } = shown
  const override = useMutation({
    mutationFn: (given: { readonly covers: string }) =>
      api.overrideGate({ gate: gate.id, reason, password, ...given }),
    onSuccess(now) {
      queries.setQueryData(query.queryKey, now)
      const { override: standing } = now
      const title = standing === null ? 'Recorded' : overrideStep({ ...now, override: standing })
      tell({ title, detail: gateTitle(now), state: 'warning' })
      onClose()
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: query.queryKey }),
        queries.invalidateQueries({ queryKey: waitingQuery.queryKey }),
      ]),
  })
  return (
    <ActDialog
      title={`Pass the ${gateTitle(gate)} without its approvals?`}
      detail={runOfGate(gate)}
      act="Break glass"
      isDrastic
      isReady={!hasChanged && covers !== null && reason.trim() !== '' && password !== ''}
      mutation={override}
      onClose={onClose}
      onAct={() => covers !== null && override.mutate({ covers })}
    >
      {shown.brings.length > 0 && (
        <>
          <p className="text-12 text-ink-2">
            {shown.next === null ? 'Ends here' : `Goes on to ${shown.next}`}
          </p>
          <GateBrings gate={shown} />
        </>
      )}
      {shown.override !== null && (
        <OverrideNote gate={{ state: shown.state, override: shown.override }} me={name} />
      )}
      <p className="text-12 text-ink-2">
        {isLastHalf(shown)
          ? 'With yours the gate needs no approvals: it passes as soon as its checks hold, and can be taken back until then.'
          : 'Nothing changes until a second person who may break glass does so as well, within an hour. Its checks still have to hold.'}{' '}
        Its approvers, the owners of the project and the security administrators are told at once,
        and it stays in the records. Any approver can stop it by rejecting the gate before it has
        passed.
      </p>
      <TextArea
        label="Why, kept as evidence"
        rows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Field
        label="Your password, once more"
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {hasChanged && (
        <p role="alert" className="rounded-2 border border-fail-line bg-fail-tint p-2.5 text-12">
          What this gate lets through has changed since you opened this. Go back and look again.
        </p>
      )}
    </ActDialog>
  )
}
