// zod carries one text for an issue; a complaint is what we want to know about it, carried as that text.

import * as z from 'zod/mini'

import type { MistakeCode } from '../mistake/mistake.ts'

/** What a schema says about a value that it refuses. */
export type Complaint = {
  readonly code: MistakeCode
  readonly message: string
  readonly nearest?: string
  readonly right?: string
  /** For unknown fields: what the thing is called, and which fields it has. */
  readonly thing?: string
  readonly fields?: readonly string[]
}

const MARK = '\u0001'

/** The complaint as the text of a zod issue. */
export function complain(complaint: Complaint): string {
  return MARK + JSON.stringify(complaint)
}

/** The complaint in the text of a zod issue; undefined when zod wrote the text itself. */
export function readComplaint(text: string): Complaint | undefined {
  if (!text.startsWith(MARK)) return undefined
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `complain` wrote the text
  return JSON.parse(text.slice(1)) as Complaint
}

/** An object that refuses unknown fields and can name those it has. `thing` is what people call it: `approval`. */
export function strict<const Shape extends z.core.$ZodShape>(
  thing: string,
  shape: Shape,
): z.ZodMiniObject<Shape, z.core.$strict> {
  const fields = Object.keys(shape).filter((field) => !SUBJECTS.has(field))
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') {
        return complain({ code: 'unknown_field', message: '', thing, fields })
      }
      return undefined
    },
  })
}

// Written as the first key of a list entry or the first argument of a helper, not as a field.
const SUBJECTS = new Set(['kind', 'name'])
