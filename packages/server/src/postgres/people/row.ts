// Reading rows of the people tables.

import { idOf, type Id, type IdPrefix, type Instant } from '@lockstep/domain'
import type { Slice } from '../../ports/people.ts'
import { uuidOf } from '@lockstep/domain'

export function idOrNull<P extends IdPrefix>(prefix: P, uuid: string | null): Id<P> | null {
  return uuid === null ? null : idOf(prefix, uuid)
}

export function uuidOrNull(id: string | null): string | null {
  return id === null ? null : uuidOf(id)
}

export function instantOf(date: Date): Instant {
  return date.getTime()
}

export function instantOrNull(date: Date | null): Instant | null {
  return date === null ? null : date.getTime()
}

/** The parameters of `WHERE id > $1 … LIMIT $2`. */
export function bounds(slice: Slice): readonly [string, number] {
  return [slice.after === undefined ? FIRST : uuidOf(slice.after), slice.limit]
}

const FIRST = '00000000-0000-0000-0000-000000000000'
