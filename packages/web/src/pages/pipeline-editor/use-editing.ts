import { useMemo } from 'react'
import { listAt, valueAt, wayText, type Way } from '../../components/pipeline/pipeline-parts.ts'
import type { Editing } from './editing.ts'
import { append, duplicate, move, moveTo, newPart, newStage, remove, withValue } from './edits.ts'
import type { KeptDraft } from './use-draft.ts'

/** Edits of the draft; what was added or moved is selected. */
export function useEditing(
  { draft: { body }, edit }: Pick<KeptDraft, 'draft' | 'edit'>,
  select: (way: Way | undefined) => void,
): Editing {
  return useMemo(() => {
    const countAt = (list: Way): number => {
      const around = valueAt(body, list.slice(0, -1)) ?? body
      return listAt(around, String(list.at(-1))).length
    }
    return {
      select,
      set: (way, value) => edit(withValue(body, way, value), wayText(way)),
      add(is, list, kind) {
        edit(append(body, list, newPart(is, kind)))
        select([...list, countAt(list)])
      },
      addStage() {
        edit(append(body, ['stages'], newStage(body)))
        select(['stages', countAt(['stages'])])
      },
      move(way, step) {
        const moved = move(body, way, step)
        if (moved === undefined) return
        edit(moved.whole)
        select(moved.way)
      },
      moveTo(from, place) {
        const moved = moveTo(body, from, place)
        if (moved === undefined) return
        edit(moved.whole)
        select(moved.way)
      },
      duplicate(way) {
        edit(duplicate(body, way))
        select([...way.slice(0, -1), Number(way.at(-1)) + 1])
      },
      remove(way) {
        edit(remove(body, way))
        select(undefined)
      },
    }
  }, [body, edit, select])
}
