import { useState, type ReactElement, type ReactNode } from 'react'
import { useKeys } from '../../lib/keys/use-keys.ts'
import type { Gate } from '../../lib/waiting.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { GateBrings } from './gate-facts.tsx'
import { gateTitle, runOfGate, whatNext } from './gate-words.ts'

interface ConfirmDecisionProps {
  readonly verb: 'approve' | 'reject'
  /** As it stands now. */
  readonly gate: Gate
  readonly comment: string
  readonly isBusy: boolean
  /** Why it was refused, if it was. */
  readonly problem: string | null
  readonly onClose: () => void
  /** Decides about exactly what was shown here. */
  readonly onConfirm: (covers: string) => void
}

/** Repeats what is decided: from which version to which, or what a rejection does. */
export function ConfirmDecision({
  verb,
  gate,
  comment,
  isBusy,
  problem,
  onClose,
  onConfirm,
}: ConfirmDecisionProps): ReactElement {
  // What was on the screen when the person asked to decide is what they decide about.
  const [shown] = useState(gate)
  const hasChanged = shown.covers !== gate.covers
  const covers = hasChanged ? null : shown.covers
  const confirm = (): void => {
    if (covers !== null && !isBusy) onConfirm(covers)
  }
  useKeys([{ keys: 'mod+enter', label: 'Confirm', group: 'On this page', run: confirm }])
  const isApproval = verb === 'approve'
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`${isApproval ? 'Approve' : 'Reject'} ${gateTitle(gate)}?`}
      detail={runOfGate(gate)}
      actions={
        <>
          <Button size="large" onClick={onClose}>
            Not now
          </Button>
          <Button
            size="large"
            look={isApproval ? 'primary' : 'destructive'}
            isBusy={isBusy}
            disabled={covers === null}
            onClick={confirm}
          >
            {isApproval ? 'Approve' : 'Reject'}
          </Button>
        </>
      }
    >
      <p className="mb-2 text-12 text-ink-2">
        {shown.next === null ? 'Ends the way of' : `Goes on to ${shown.next}`}
      </p>
      <GateBrings gate={shown} />
      {comment !== '' && (
        <p className="mt-3 text-12 break-words whitespace-pre-wrap text-ink-2">“{comment}”</p>
      )}
      <p className="mt-3 text-12 text-ink-2">
        {isApproval
          ? whatNext(shown)
          : 'The gate is rejected for everybody. The run waits there, until the gate is judged again or the run goes back or ends.'}
      </p>
      {hasChanged && (
        <Problem>
          What this gate lets through has changed since you opened this. Go back and look again.
        </Problem>
      )}
      {problem !== null && !hasChanged && <Problem>{problem}</Problem>}
    </Dialog>
  )
}

function Problem({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <p role="alert" className="mt-3 rounded-2 border border-fail-line bg-fail-tint p-2.5 text-12">
      {children}
    </p>
  )
}
