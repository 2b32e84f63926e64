import type { JsonValue } from '@lockstep/domain'

/** What a use case answers: what was done, or why not, in words for people. The edge gives the code its status. */
export type Outcome<Value, Code extends string> =
  | { readonly ok: true; readonly value: Value }
  | {
      readonly ok: false
      readonly code: Code
      readonly detail: string
      /** What else helps, for programs: fields of the problem document. */
      readonly fields?: { readonly [field: string]: JsonValue }
    }

export function done<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value }
}

export function no<Code extends string>(
  code: Code,
  detail: string,
  fields: { readonly [field: string]: JsonValue } = {},
): {
  readonly ok: false
  readonly code: Code
  readonly detail: string
  readonly fields: { readonly [field: string]: JsonValue }
} {
  return { ok: false, code, detail, fields }
}
