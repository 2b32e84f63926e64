import type { ReactElement, ReactNode } from 'react'
import type { Gate } from '../../lib/waiting.ts'
import { ActDialog, type Asked } from '../../ui/act-dialog.tsx'
import { gateTitle, runOfGate } from './gate-line.ts'
import { whatNext } from './gate-words.ts'
import { ContentsChanged, GateGoesOn, useShownGate } from './shown-contents.tsx'

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
  const { shown, hasChanged, covers } = useShownGate(gate)
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
      <GateGoesOn gate={shown} />
      {comment}
      <p className="text-12 text-ink-2">
        {isApproval
          ? whatNext(shown)
          : 'The gate is rejected for everybody. The run waits there, until the gate is judged again or the run goes back or ends.'}
      </p>
      {hasChanged && <ContentsChanged />}
    </ActDialog>
  )
}
