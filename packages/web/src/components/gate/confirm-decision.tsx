import { useState, type ReactElement, type ReactNode } from 'react'
import type { Gate } from '../../lib/waiting.ts'
import { ActDialog, type Asked } from '../../ui/act-dialog.tsx'
import { GateBrings } from './gate-facts.tsx'
import { gateTitle, runOfGate } from './gate-line.ts'
import { whatNext } from './gate-words.ts'

interface ConfirmDecisionProps {
  readonly verb: 'approve' | 'reject'
  /** As it stands now. */
  readonly gate: Gate
  readonly decide: Asked
  /** What is said with the decision: a text, or the field for it. */
  readonly comment: ReactNode
  readonly onClose: () => void
  /** Decides about exactly what was shown here. */
  readonly onConfirm: (covers: string) => void
}

/** Repeats what is decided: from which version to which, or what a rejection does. */
export function ConfirmDecision({
  verb,
  gate,
  decide,
  comment,
  onClose,
  onConfirm,
}: ConfirmDecisionProps): ReactElement {
  // What was on the screen when the person asked to decide is what they decide about.
  const [shown] = useState(gate)
  const hasChanged = shown.covers !== gate.covers
  const covers = hasChanged ? null : shown.covers
  const isApproval = verb === 'approve'
  return (
    <ActDialog
      title={`${isApproval ? 'Approve' : 'Reject'} ${gateTitle(gate)}?`}
      detail={runOfGate(gate)}
      act={isApproval ? 'Approve' : 'Reject'}
      isDrastic={!isApproval}
      isReady={covers !== null}
      mutation={{ ...decide, error: hasChanged ? null : decide.error }}
      onClose={onClose}
      onAct={() => covers !== null && onConfirm(covers)}
    >
      {shown.brings.length > 0 && (
        <>
          <p className="text-12 text-ink-2">
            {shown.next === null ? 'Ends here' : `Goes on to ${shown.next}`}
          </p>
          <GateBrings gate={shown} />
        </>
      )}
      {comment}
      <p className="text-12 text-ink-2">
        {isApproval
          ? whatNext(shown)
          : 'The gate is rejected for everybody. The run waits there, until the gate is judged again or the run goes back or ends.'}
      </p>
      {hasChanged && (
        <p role="alert" className="rounded-2 border border-fail-line bg-fail-tint p-2.5 text-12">
          What this gate lets through has changed since you opened this. Go back and look again.
        </p>
      )}
    </ActDialog>
  )
}
