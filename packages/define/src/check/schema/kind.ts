import type * as z from 'zod/mini'

import { findNearest } from '../mistake/nearest.ts'
import { complain } from './complaint.ts'

/** The kind as helpers and YAML write it: `side_by_side` → `sideBySide`. */
export function helperOf(kind: string): string {
  return kind.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** The kind as definitions keep it: `sideBySide` → `side_by_side`. */
export function kindOf(helper: string): string {
  return helper.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** The refusal of a kind that a list does not take, with the nearest of those that it does. */
export function unknownKind(thing: string, schemas: readonly z.core.$ZodType[]) {
  const kinds = schemas.flatMap(kindsOf)
  return (issue: { readonly code: string; readonly input?: unknown }): string | undefined => {
    if (issue.code !== 'invalid_union') return undefined
    const kind = kindIn(issue.input)
    if (kind === undefined)
      return complain({ code: 'wrong_type', message: `This is not a ${thing}.` })
    const nearest = findNearest(kind, kinds)
    return complain({
      code: 'unknown_kind',
      message: `There is no ${thing} of the kind "${helperOf(kind)}".`,
      ...(nearest === undefined ? {} : { nearest: helperOf(nearest) }),
    })
  }
}

function kindIn(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || !('kind' in input)) return undefined
  return typeof input.kind === 'string' ? input.kind : undefined
}

function kindsOf(schema: z.core.$ZodType): string[] {
  // oxlint-disable-next-line no-underscore-dangle -- zod's own name for what a schema knows of itself
  return [...(schema._zod.propValues?.['kind'] ?? [])].map(String)
}
