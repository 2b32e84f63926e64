import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState, type ReactElement } from 'react'
import { isFields } from '../../components/pipeline/pipeline-parts.ts'
import { api } from '../../lib/api.ts'
import { useKeys } from '../../lib/keys/use-keys.ts'
import { useIsOnline } from '../../lib/online.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { TextArea } from '../../ui/field.tsx'
import { DifferenceLines } from '../pipelines/difference-lines.tsx'
import type { Pipeline } from '../pipelines/pipeline-queries.ts'
import type { Draft } from './draft.ts'
import type { Checked } from './use-check.ts'

interface PublishDialogProps {
  readonly pipeline: Pipeline
  readonly draft: Draft
  readonly difference: NonNullable<Checked['difference']>
  readonly onClose: () => void
  readonly onPublished: (made: Checked['newest']) => void
}

/** Shows what would change, and asks for one line of explanation. */
export function PublishDialog({
  pipeline,
  draft,
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
        definition: pipeline.id,
        body: isFields(draft.body) ? draft.body : {},
        from: draft.from,
        comment,
      }),
    async onSuccess({ newest }) {
      await queries.invalidateQueries({ queryKey: ['definitions', 'pipeline'] })
      await queries.invalidateQueries({ queryKey: ['revisions', pipeline.id] })
      onPublished(newest)
    },
    // Somebody may have been faster: the page says who.
    onError: () => queries.invalidateQueries({ queryKey: ['check', pipeline.id] }),
  })
  const isReady = comment.trim() !== '' && isOnline && !publish.isPending
  useKeys([
    {
      keys: 'mod+enter',
      label: 'Publish',
      group: 'In this dialog',
      run: () => (isReady ? publish.mutate() : undefined),
    },
  ])
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="wide"
      title={`Publish revision ${difference.after ?? draft.from + 1}`}
      detail="Runs under way keep their revision. It is ahead of its source: the next apply shows this change and asks."
      focusFirst={field}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            isBusy={publish.isPending}
            disabled={!isReady}
            onClick={() => publish.mutate()}
          >
            Publish
          </Button>
        </>
      }
    >
      <div className="mb-3 max-h-[36vh] overflow-y-auto rounded-2 border border-line">
        <DifferenceLines difference={difference} />
      </div>
      <TextArea
        ref={field}
        label="Why, in a line"
        value={comment}
        rows={2}
        maxLength={2000}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      {publish.error !== null && <ErrorCard what="It was not published" error={publish.error} />}
    </Dialog>
  )
}
