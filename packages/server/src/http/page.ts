// Pages of lists: how a cursor is made and read.

import { refused, type Page, type Refused } from '@lockstep/contract'
import { isIdText } from '@lockstep/domain'
import type { Slice } from '../ports/people.ts'

/** What to read for a page: one more than asked for tells whether there is another page. */
export function sliceOf(query: {
  readonly limit: number
  readonly after?: string | undefined
}): ({ readonly ok: true } & Slice) | Refused<'invalid_field'> {
  const limit = query.limit + 1
  if (query.after === undefined) return { ok: true, limit, after: undefined }
  const after = Buffer.from(query.after, 'base64url').toString('latin1')
  if (isIdText(after) && cursorOf(after) === query.after) return { ok: true, limit, after }
  return NOT_A_CURSOR
}

/** The page of these rows, as they are shown. */
export function pageFrom<Row extends { readonly id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(present),
    next: rows.length > limit && last !== undefined ? cursorOf(last.id) : null,
  }
}

/** Where a page ends, for lists that are not ordered by an id. */
export function cursorOf(place: string): string {
  return Buffer.from(place, 'latin1').toString('base64url')
}

/** What the cursor of such a list says, if it has this form; null: it is not one that a page gave. */
export function placeIn(cursor: string | undefined, form: RegExp): string | undefined | null {
  if (cursor === undefined) return undefined
  const place = Buffer.from(cursor, 'base64url').toString('latin1')
  return form.test(place) && cursorOf(place) === cursor ? place : null
}

export const NOT_A_CURSOR = refused(
  'invalid_field',
  '"after" in the query is not a cursor that a page gave as "next".',
  { field: 'after' },
)
