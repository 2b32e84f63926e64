// What went wrong, for a person: what was refused, why, and the command that helps.

import { Refused, Unreachable } from '@lockstep/client'
import type { ProblemCode } from '@lockstep/contract'

import { Interrupted, Refusal, UsageRefusal } from './failure.ts'
import { FILE_CODES } from './named-file.ts'

export interface Failure {
  readonly exitCode: 1 | 2 | 3 | 130
  readonly text: string
  /** The problem document, for `--json`. */
  readonly document: unknown
}

/** The way out of refusals that mean the same everywhere. */
const WAYS_OUT: Readonly<Partial<Record<ProblemCode, readonly string[]>>> = {
  not_signed_in: ['Sign in:  lockstep login'],
  token_expired: ['Sign in, or use another token:  lockstep login'],
  not_set_up: [
    'Make the first administrator with the link that the server prints:  lockstep setup LINK',
  ],
  person_required: ['Sign in as a person:  lockstep login'],
  comment_missing: ['Add -m "…"'],
  breaks_others: ['If that is meant:  lockstep apply --allow-breaking'],
  deletion_not_confirmed: ['If that is meant:  lockstep apply --delete'],
  owned_by_another_source: ['If that is meant:  lockstep apply --take-over'],
  revision_moved: ['See the difference again:  lockstep diff'],
}

/** A failure of any kind with its exit code. `typed` is named where a fault of ours is told. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Refusal)
    return failure(1, `Refused: ${withSmallFirst(error.message)}`, error.more)
  if (error instanceof UsageRefusal) return failure(2, error.message, error.more)
  if (error instanceof Interrupted) return failure(130, error.message)
  if (error instanceof Refused) return refusedFailure(error)
  if (error instanceof Unreachable) return failure(3, error.message, ['Is it running?  npm start'])
  const told = error instanceof Error ? error : new Error(String(error))
  if ('code' in told && typeof told.code === 'string' && FILE_CODES.includes(told.code)) {
    return failure(1, `Refused: ${told.message.replace(/^[A-Z]+: /, '')}`)
  }
  return failure(3, `A fault of this program: ${told.stack ?? told.message}`)
}

/** What the server refused, with more ways out than those that help everywhere. */
export function refusalWith(error: Refused, ways: readonly string[]): Refusal {
  const [first = '', ...more] = failureOf(error).text.split('\n')
  return new Refusal(first.replace(/^Refused: /, ''), [...more, ...ways])
}

function refusedFailure(error: Refused): Failure {
  const { problem, code, status, requestId } = error
  if (status >= 500 && code !== 'not_set_up') {
    return {
      ...failure(3, `${problem.title}: ${error.message}`, [`${code}, request ${requestId}`]),
      document: problem,
    }
  }
  const ways = (WAYS_OUT[code] ?? []).filter((way) => !saysAlready(error.message, way))
  const more = [...fieldLines(problem), ...ways]
  return { ...failure(1, `Refused: ${withSmallFirst(error.message)}`, more), document: problem }
}

/** Whether the sentence names the command of this line. */
function saysAlready(sentence: string, way: string): boolean {
  const named = /lockstep [a-z]+/.exec(way)?.[0]
  return named !== undefined && sentence.includes(named)
}

/** What a problem says beside its sentence: what has changed, and mistakes. */
function fieldLines(problem: Readonly<Record<string, unknown>>): string[] {
  const { changes, changed, breaks, differences } = problem
  // The first difference stands in the sentence.
  const others = Array.isArray(differences) ? differences.slice(1) : []
  const lists = [changes, changed, breaks, others].filter(Array.isArray).flat()
  return lists.flatMap((entry: unknown) => {
    if (typeof entry === 'string') return [`  ${entry}`]
    if (typeof entry !== 'object' || entry === null) return []
    if ('path' in entry && 'from' in entry && 'to' in entry) {
      return [`  ${String(entry.path)} ${String(entry.from)} → ${String(entry.to)}`]
    }
    if ('definition' in entry && 'why' in entry)
      return [`  ${String(entry.definition)}: ${String(entry.why)}`]
    return []
  })
}

/** The sentence goes on behind "Refused:"; names keep their letters. */
function withSmallFirst(sentence: string): string {
  return /^(You|Your|This|These|There|That|The|It|Nobody|Nothing|Somebody|A|An|No|Who|Whose|Only|What|Reality|Another|Wrong|Name)\b/.test(
    sentence,
  )
    ? sentence.charAt(0).toLowerCase() + sentence.slice(1)
    : sentence
}

function failure(
  exitCode: Failure['exitCode'],
  first: string,
  more: readonly string[] = [],
): Failure {
  const document = { refused: exitCode === 1, detail: first.replace(/^Refused: /, ''), more }
  return { exitCode, text: [first, ...more].join('\n'), document }
}
