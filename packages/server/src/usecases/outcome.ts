/** What a use case answers: what was done, or why not, in words for people. The edge gives the code its status. */
export type Outcome<Value, Code extends string> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly code: Code; readonly detail: string }

export function done<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value }
}

export function no<Code extends string>(
  code: Code,
  detail: string,
): { readonly ok: false; readonly code: Code; readonly detail: string } {
  return { ok: false, code, detail }
}
