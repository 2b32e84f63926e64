// What stands where in a log: how many lines, which are errors and warnings, which groups there are. Grows with the log.

import { continuesLine, judgeLine, plainLine } from '@lockstep/domain'

import { LogClock } from './log-clock.ts'
import { LogSplitter, type SplitLine } from './log-splitter.ts'

/** An error or warning with the lines that belong to it. Lines are counted from 1. */
export interface Remark {
  readonly line: number
  readonly through: number
  readonly text: string
}

export interface LogGroup {
  readonly line: number
  readonly title: string
  /** Its last line; null: it has not ended. */
  readonly through: number | null
  /** The line that only says that it ends. */
  readonly marker: number | null
  /** When it began, since the job began, and how long it took; null: not known. */
  readonly ms: number | null
  readonly tookMs: number | null
}

/** Of more, the first are named, and all are counted. */
const REMARKS_MAX = 200
const GROUPS_MAX = 200
const REMARK_TEXT_MAX = 200
/** So many lines at most belong to one error. */
const REMARK_LINES_MAX = 40
/** A place to begin reading at stands at least this far from the next. */
const PLACE_EVERY_BYTES = 128 * 1024

interface Place {
  /** The number of the line that begins at this byte. */
  readonly line: number
  readonly at: number
}

/** The outline of one log, and the places from which its lines are found. */
export class LogOutline {
  readonly errors: { count: number; readonly found: Remark[] } = { count: 0, found: [] }
  readonly warnings: { count: number; readonly found: Remark[] } = { count: 0, found: [] }
  readonly groups: LogGroup[] = []
  readonly #splitter = new LogSplitter(0)
  readonly #places: Place[] = [{ line: 1, at: 0 }]
  readonly #openGroups: number[] = []
  readonly #clock = new LogClock()
  #lines = 0
  #remark: { readonly to: Remark[]; readonly first: string; readonly line: number } | undefined
  #isOver = false

  /** How many lines have ended. */
  get lines(): number {
    return this.#lines
  }

  /** Up to this byte the log was read. */
  get readTo(): number {
    return this.#splitter.readTo
  }

  /** Whether the last line is in it, also one without an end. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Takes the next bytes in; `marks` as they came with the part of the log that begins at `start`. */
  push(bytes: Buffer, start = this.readTo, marks: readonly number[] = []): void {
    this.#clock.hear(start, marks)
    const lines = this.#splitter.push(bytes)
    for (const line of lines) this.#take(line)
    const { lineAt: at } = this.#splitter
    const last = this.#places.at(-1)
    if (lines.length > 0 && (last === undefined || at - last.at >= PLACE_EVERY_BYTES)) {
      this.#places.push({ line: this.#lines + 1, at })
    }
  }

  /** Nothing comes any more: what has no end is the last line. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    const rest = this.#splitter.rest()
    if (rest !== undefined) this.#take(rest)
    const ms = this.#clock.msAt(this.readTo)
    for (const index of this.#openGroups.splice(0)) this.#closeGroup(index, null, ms)
  }

  /** Where to begin reading for this line: the byte at which a line at or before it begins, and its number. */
  placeOf(line: number): Place {
    let [low, high] = [0, this.#places.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#places[middle]?.line ?? Infinity) <= line) low = middle
      else high = middle - 1
    }
    return this.#places[low] ?? { line: 1, at: 0 }
  }

  #take({ at, text }: SplitLine): void {
    this.#lines += 1
    const line = this.#lines
    const plain = plainLine(text)
    const judged = judgeLine(plain)
    switch (judged.kind) {
      case 'error':
        return this.#note(this.errors, line, plain)
      case 'warning':
        return this.#note(this.warnings, line, plain)
      case 'group':
        this.#remark = undefined
        if (this.groups.length < GROUPS_MAX) {
          this.#openGroups.push(this.groups.length)
          const title = judged.title.slice(0, REMARK_TEXT_MAX)
          const ms = this.#clock.msAt(at)
          this.groups.push({ line, title, through: null, marker: null, ms, tookMs: null })
        }
        return
      case 'group_end': {
        this.#remark = undefined
        const open = this.#openGroups.pop()
        if (open !== undefined) this.#closeGroup(open, line, this.#clock.msAt(at))
        return
      }
      case 'text':
        return this.#goOn(line, plain)
    }
  }

  #note(remarks: { count: number; readonly found: Remark[] }, line: number, plain: string): void {
    remarks.count += 1
    this.#remark = undefined
    if (remarks.found.length >= REMARKS_MAX) return
    remarks.found.push({ line, through: line, text: plain.trim().slice(0, REMARK_TEXT_MAX) })
    this.#remark = { to: remarks.found, first: plain, line }
  }

  #goOn(line: number, plain: string): void {
    const remark = this.#remark
    if (remark === undefined) return
    const last = remark.to.at(-1)
    if (
      last === undefined ||
      line - remark.line >= REMARK_LINES_MAX ||
      !continuesLine(plain, remark.first)
    ) {
      this.#remark = undefined
      return
    }
    remark.to[remark.to.length - 1] = { ...last, through: line }
  }

  #closeGroup(index: number, marker: number | null, endMs: number | null): void {
    const group = this.groups[index]
    if (group === undefined) return
    const tookMs = group.ms === null || endMs === null ? null : endMs - group.ms
    this.groups[index] = { ...group, through: this.#lines, marker, tookMs }
  }
}
