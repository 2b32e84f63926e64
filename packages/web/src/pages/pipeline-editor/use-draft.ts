import { useCallback, useState } from 'react'
import { jsonOf, type Json } from '../../components/pipeline/pipeline-parts.ts'
import { useMe } from '../../lib/session/me.ts'
import type { Pipeline } from '../pipelines/pipeline-queries.ts'
import {
  beginDraft,
  draftText,
  editDraft,
  parseDraft,
  redoDraft,
  undoDraft,
  type Draft,
} from './draft.ts'

export interface KeptDraft {
  readonly draft: Draft
  /** null: nothing was edited. */
  readonly savedAt: number | null
  readonly edit: (body: Json, edited?: string) => void
  readonly undo: () => void
  readonly redo: () => void
  /** Back to the newest revision, as a step that can be undone. */
  readonly discard: () => void
  /** It is published, and not kept any more. */
  readonly forget: () => void
  /** The same draft, from a newer revision on. */
  readonly goOnFrom: (revision: number) => void
}

interface Held {
  readonly draft: Draft
  readonly savedAt: number | null
}

/** The draft of a pipeline, which this browser keeps for this person until it is published or discarded. */
export function useDraft(pipeline: Pipeline): KeptDraft {
  const key = `lockstep.draft.${useMe().id}.${pipeline.id}`
  const { revision, body } = pipeline
  const [held, setHeld] = useState<Held>(
    () => parseDraft(localStorage.getItem(key)) ?? fresh(revision, jsonOf(body)),
  )
  // Where nothing was edited there is nothing to keep: it is the newest revision.
  if (held.savedAt === null && held.draft.from !== revision) setHeld(fresh(revision, jsonOf(body)))
  const keep = useCallback(
    (change: (draft: Draft) => Draft) =>
      setHeld((before) => {
        const draft = change(before.draft)
        if (draft === before.draft) return before
        const savedAt = Date.now()
        localStorage.setItem(key, draftText(draft, savedAt))
        return { draft, savedAt }
      }),
    [key],
  )
  return {
    ...held,
    edit: useCallback(
      (next, edited) => keep((draft) => editDraft(draft, next, edited ?? null)),
      [keep],
    ),
    undo: useCallback(() => keep(undoDraft), [keep]),
    redo: useCallback(() => keep(redoDraft), [keep]),
    discard: useCallback(() => {
      localStorage.removeItem(key)
      setHeld(({ draft }) => ({
        draft: { ...editDraft(draft, jsonOf(body)), from: revision },
        savedAt: null,
      }))
    }, [key, revision, body]),
    forget: useCallback(() => localStorage.removeItem(key), [key]),
    goOnFrom: useCallback((from) => keep((draft) => ({ ...draft, from })), [keep]),
  }
}

function fresh(revision: number, body: Json): Held {
  return { draft: beginDraft(revision, body), savedAt: null }
}
