import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState, type ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { useIsOnline } from '../../lib/online.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { TextArea } from '../../ui/field.tsx'
import { DifferenceLines } from './difference-lines.tsx'
import type { Checked, Edited } from './use-check.ts'

interface PublishDialogProps {
  readonly edited: Edited
  readonly difference: NonNullable<Checked['difference']>
  readonly onClose: () => void
  readonly onPublished: (made: Checked['newest']) => void
}

/** Shows what would change, and asks for one line of explanation. */
export function PublishDialog({
  edited: { definition, body, from },
  difference,
  onClose,
  onPublished,
}: PublishDialogProps): ReactElement {
  const [comment, setComment] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  const isOnline = useIsOnline()
  const queries = useQueryClient()
  const publish = useMutation({
    mutationFn: () =>
      api.reviseDefinition({
        definition: definition.id,
        body: { ...body },
        from,
        comment,
      }),
    async onSuccess({ newest }) {
      await queries.invalidateQueries({ queryKey: ['definitions', definition.kind] })
      await queries.invalidateQueries({ queryKey: ['revisions', definition.id] })
      onPublished(newest)
    },
    // Somebody may have been faster: the page says who.
    onError: () => queries.invalidateQueries({ queryKey: ['check', definition.id] }),
  })
  return (
    <ActDialog
      size="wide"
      title={`Publish revision ${difference.after ?? from + 1}`}
      detail="Runs under way keep their revision. This one is ahead of its source: the next apply shows the change and asks."
      act="Publish"
      isReady={comment.trim() !== '' && isOnline}
      mutation={publish}
      focusFirst={field}
      onClose={onClose}
      onAct={() => publish.mutate()}
    >
      <div className="max-h-[36vh] overflow-y-auto rounded-2 border border-line">
        <DifferenceLines difference={difference} />
      </div>
      <TextArea
        ref={field}
        label="Why, in a line"
        value={comment}
        rows={2}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
    </ActDialog>
  )
}
