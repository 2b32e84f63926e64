import { Refused } from '@lockstep/client'

import type { Command } from './command.ts'

/** Fields of requests in which the words of `-m` travel. */
const WORDS_FIELDS = ['comment', 'reason']

/** What the server refused of a field, said of the flag or argument that was typed for it; anything else as it is. */
export function asTyped(error: unknown, command: Pick<Command, 'arguments' | 'flags'>): unknown {
  if (!(error instanceof Refused)) return error
  const { problem, retryAfterS } = error
  const { field } = problem
  if (typeof field !== 'string') return error
  const typed = nameOf(field.split('.')[0] ?? '', command)
  if (typed === undefined) return error
  const detail = ['body', 'query'].reduce(
    (text, part) => text.replace(`"${field}" in the ${part}`, typed),
    problem.detail,
  )
  return new Refused({ ...problem, detail }, retryAfterS)
}

function nameOf(
  field: string,
  { arguments: taken, flags }: Pick<Command, 'arguments' | 'flags'>,
): string | undefined {
  if (flags[field] !== undefined) return `--${field}`
  if (taken[field] !== undefined) return taken[field].shown
  return WORDS_FIELDS.includes(field) && flags['message'] !== undefined ? '-m' : undefined
}
