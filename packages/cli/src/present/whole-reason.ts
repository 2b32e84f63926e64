import type { Task } from '../documents.ts'

const CUT = '…'
/** Fewer letters than this in front of a cut are in many reasons. */
const ALIKE_MIN = 12

/** Why a task is as it is. The state of a run has room for a part of it; the work that it comes from says it whole. */
export function wholeReason({
  reason,
  steps,
}: {
  readonly reason: string | null
  readonly steps: Task['steps']
}): string | null {
  const told = reason ?? steps.find((step) => step.reason !== null)?.reason ?? null
  if (told === null || !told.includes(CUT)) return told
  // In front stands where it was, and behind the cut what has failed besides.
  const cut = told.lastIndexOf(CUT)
  const [begin, end] = [told.slice(0, cut), told.slice(cut + CUT.length)]
  for (const { jobs } of steps) {
    for (const job of jobs) {
      const said = job.reason?.replaceAll(/\p{Cc}+/gu, ' ') ?? ''
      const at = beginningOf(said, begin)
      if (at >= 0) return begin.slice(0, at) + (end === '' ? said : said.replace(/\.$/, '') + end)
    }
  }
  return told
}

/** From where on the text is the beginning of what was said; -1 when it is not. */
function beginningOf(said: string, text: string): number {
  const first = said.slice(0, ALIKE_MIN)
  if (first === '') return -1
  let at = text.indexOf(first)
  while (at >= 0 && !said.startsWith(text.slice(at))) at = text.indexOf(first, at + 1)
  return at
}
