// A draft of a definition: what it says now, what it said before, and from which revision it was made.

import type { Json } from '../../components/pipeline/pipeline-parts.ts'

export interface Draft {
  /** The revision that it was made from. */
  readonly from: number
  readonly body: Json
  readonly past: readonly Json[]
  readonly future: readonly Json[]
  /** What was edited last: typing on in the same field is one step. */
  readonly edited: string | null
}

const STEPS_MAX = 100

export function beginDraft(from: number, body: Json): Draft {
  return { from, body, past: [], future: [], edited: null }
}

/** The draft with another body. `edited` names the field; what is done next in it belongs to the same step. */
export function editDraft(draft: Draft, body: Json, edited: string | null = null): Draft {
  const isSameStep = edited !== null && edited === draft.edited
  return {
    ...draft,
    body,
    past: isSameStep ? draft.past : [...draft.past, draft.body].slice(-STEPS_MAX),
    future: [],
    edited,
  }
}

export function undoDraft(draft: Draft): Draft {
  const body = draft.past.at(-1)
  if (body === undefined) return draft
  return {
    ...draft,
    body,
    past: draft.past.slice(0, -1),
    future: [draft.body, ...draft.future],
    edited: null,
  }
}

export function redoDraft(draft: Draft): Draft {
  const [body, ...future] = draft.future
  if (body === undefined) return draft
  return { ...draft, body, past: [...draft.past, draft.body], future, edited: null }
}

/** Kept between visits, without its steps. */
export function draftText({ from, body }: Draft, savedAt: number): string {
  return JSON.stringify({ from, body, savedAt })
}

/** A draft that was kept; undefined when the text is none. */
export function parseDraft(
  text: string | null,
): { readonly draft: Draft; readonly savedAt: number } | undefined {
  if (text === null) return undefined
  try {
    const { from, body, savedAt }: { from?: unknown; body?: Json; savedAt?: unknown } =
      JSON.parse(text)
    if (!Number.isSafeInteger(from) || typeof savedAt !== 'number') return undefined
    if (typeof body !== 'object' || body === null) return undefined
    return { draft: beginDraft(Number(from), body), savedAt }
  } catch {
    return undefined
  }
}
