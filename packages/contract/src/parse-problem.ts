// Apart from the schema and without one, because each page load carries it.

import type { Problem } from './problem.ts'

const TEXTS = ['type', 'code', 'title', 'detail', 'requestId']

/** The problem document that a value is; undefined when it is none. */
export function parseProblem(value: unknown): Problem | undefined {
  return isProblem(value) ? value : undefined
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false
  const fields = new Map<string, unknown>(Object.entries(value))
  return (
    Number.isSafeInteger(fields.get('status')) &&
    TEXTS.every((name) => typeof fields.get(name) === 'string')
  )
}
