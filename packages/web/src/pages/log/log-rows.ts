// Which lines of a log stand in which rows: groups fold, and a filter leaves only some lines.

import type { LogOutline as OutlineSchema } from '@lockstep/contract'
import type * as z from 'zod/mini'

export type LogOutline = z.output<typeof OutlineSchema>
export type LogGroup = LogOutline['groups'][number]
export type Remark = LogOutline['errors']['found'][number]

/** Rows from 0 on, lines from 1 on. */
export interface LogRows {
  readonly count: number
  /** The line in a row. */
  lineAt(row: number): number
  /** The row of a line; of one that is not shown, the row of the last shown one before it. */
  rowOf(line: number): number
  isShown(line: number): boolean
}

interface Span {
  readonly from: number
  readonly to: number
}

/** All lines but those of folded groups and the ends of groups. */
export function rowsOf(
  { lines, groups }: Pick<LogOutline, 'lines' | 'groups'>,
  folded: ReadonlySet<number>,
): LogRows {
  const hidden = groups.flatMap(({ line, through, marker }): readonly Span[] => {
    const end = through ?? lines
    if (folded.has(line)) return end > line ? [{ from: line + 1, to: end }] : []
    return marker === null ? [] : [{ from: marker, to: marker }]
  })
  return fromSpans(without(lines, hidden))
}

/** Only these errors or warnings, each with what belongs to it. */
export function remarkRows(remarks: readonly Remark[]): LogRows {
  return fromSpans(remarks.map(({ line, through }) => ({ from: line, to: through })))
}

/** Whether the outline is about the whole log, and that does not grow any more. */
export function isComplete({ ended, whole }: Pick<LogOutline, 'ended' | 'whole'>): boolean {
  return ended && whole
}

/** The groups that are folded before anybody has folded or opened one: of a log that has ended, those without an error. */
export function foldedAtFirst(
  outline: Pick<LogOutline, 'ended' | 'whole' | 'groups' | 'errors'>,
): readonly number[] {
  if (!isComplete(outline)) return []
  return outline.groups
    .filter(
      ({ line, through }) =>
        !outline.errors.found.some(
          (error) => error.line >= line && error.line <= (through ?? Infinity),
        ),
    )
    .map(({ line }) => line)
}

/** The groups around a line, the outermost first. */
export function groupsAround(groups: readonly LogGroup[], line: number): readonly LogGroup[] {
  return groups.filter((group) => group.line < line && line <= (group.through ?? Infinity))
}

/** The remark that a line belongs to. Remarks are in the order of lines and do not overlap. */
export function remarkAt(remarks: readonly Remark[], line: number): Remark | undefined {
  let [low, high] = [0, remarks.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const remark = remarks[middle]
    if (remark === undefined) return undefined
    if (line < remark.line) high = middle - 1
    else if (line > remark.through) low = middle + 1
    else return remark
  }
  return undefined
}

/** The next line of these after one, or the last before it; at the end it begins again. */
export function stepTo(lines: readonly number[], from: number, step: 1 | -1): number | undefined {
  return step === 1
    ? (lines.find((line) => line > from) ?? lines[0])
    : (lines.findLast((line) => line < from) ?? lines.at(-1))
}

function without(lines: number, hidden: readonly Span[]): readonly Span[] {
  const shown: Span[] = []
  let next = 1
  for (const { from, to } of hidden.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    if (from > next) shown.push({ from: next, to: Math.min(from - 1, lines) })
    next = Math.max(next, to + 1)
  }
  if (next <= lines) shown.push({ from: next, to: lines })
  return shown
}

function fromSpans(spans: readonly Span[]): LogRows {
  const begins: number[] = []
  let count = 0
  for (const { from, to } of spans) {
    begins.push(count)
    count += to - from + 1
  }
  /** The last span for which it holds; spans for which it holds come first. */
  const lastWhere = (holds: (index: number) => boolean): number => {
    let [low, high] = [-1, spans.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (holds(middle)) low = middle
      else high = middle - 1
    }
    return low
  }
  const spanOf = (line: number): number => lastWhere((at) => (spans[at]?.from ?? 0) <= line)
  return {
    count,
    lineAt(row) {
      const at = lastWhere((index) => (begins[index] ?? 0) <= row)
      return (spans[at]?.from ?? 1) + row - (begins[at] ?? 0)
    },
    rowOf(line) {
      const at = spanOf(line)
      const span = spans[at]
      if (span === undefined) return 0
      return (begins[at] ?? 0) + Math.min(line, span.to) - span.from
    },
    isShown(line) {
      const span = spans[spanOf(line)]
      return span !== undefined && line <= span.to
    },
  }
}
