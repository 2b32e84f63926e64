import { useState, type ReactElement } from 'react'
import { ConfirmDecision } from '../../components/gate/confirm-decision.tsx'
import { useDecide } from '../../components/gate/use-decide.ts'
import type { Gate } from '../../lib/waiting.ts'
import { TextArea } from '../../ui/field.tsx'

interface ApproveDialogProps {
  /** As it stands now. */
  readonly gate: Gate
  readonly onClose: () => void
}

/** Approves a gate without going to it; the comment is written here. */
export function ApproveDialog({ gate, onClose }: ApproveDialogProps): ReactElement {
  const [comment, setComment] = useState('')
  const decide = useDecide(gate, onClose)
  return (
    <ConfirmDecision
      verb="approve"
      gate={gate}
      decide={decide}
      comment={
        <TextArea
          label="Comment, kept as evidence"
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
      }
      onClose={onClose}
      onConfirm={(covers) => decide.mutate({ verb: 'approve', comment, covers })}
    />
  )
}
