import { useState, type ReactElement } from 'react'
import { useMe } from '../../lib/session/me.ts'
import type { Gate } from '../../lib/waiting.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { Field, TextArea } from '../../ui/field.tsx'
import { gateTitle, runOfGate } from './gate-line.ts'
import { isLastHalf, OverrideNote } from './override-note.tsx'
import { ContentsChanged, GateGoesOn, useShownGate } from './shown-contents.tsx'
import { useDecide } from './use-decide.ts'

interface OverrideDialogProps {
  /** As it stands now. */
  readonly gate: Gate
  readonly onClose: () => void
}

/** Repeats what goes through without its approvals, and asks why, and for the password once more. */
export function OverrideDialog({ gate, onClose }: OverrideDialogProps): ReactElement {
  const { shown, hasChanged, covers } = useShownGate(gate)
  const { name } = useMe()
  const [reason, setReason] = useState('')
  const [password, setPassword] = useState('')
  const decide = useDecide(gate, onClose)
  const { state, override } = gate
  return (
    <ActDialog
      title={`Pass the ${gateTitle(gate)} without its approvals?`}
      detail={runOfGate(gate)}
      act="Break glass"
      isDrastic
      isReady={covers !== null && reason.trim() !== '' && password !== ''}
      mutation={decide}
      onClose={onClose}
      onAct={() => covers !== null && decide.mutate({ verb: 'override', reason, password, covers })}
    >
      <GateGoesOn gate={shown} />
      {override !== null && <OverrideNote gate={{ state, override }} me={name} />}
      <p className="text-12 text-ink-2">
        {isLastHalf(gate)
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
      {hasChanged && <ContentsChanged />}
    </ActDialog>
  )
}
