// Bytes of a log, part by part, as lines. A line may begin in one part and end in another; an endless one is not held whole.

import { shownLine } from '@lockstep/domain'

/** Of a line that is longer, the rest is passed over. */
const LINE_BYTES_MAX = 64 * 1024
const NEWLINE = 10

/** A line as it is shown, and the byte of the log at which it begins. */
export interface SplitLine {
  readonly at: number
  readonly text: string
}

/** Splits what follows each other; made at a byte where a line begins. */
export class LogSplitter {
  /** The beginning of the line that has not ended. */
  #kept: Buffer = Buffer.alloc(0)
  #lineAt: number
  #readTo: number

  constructor(at: number) {
    this.#lineAt = at
    this.#readTo = at
  }

  /** Where the line begins that has not ended. */
  get lineAt(): number {
    return this.#lineAt
  }

  /** Up to here the log was taken in. */
  get readTo(): number {
    return this.#readTo
  }

  /** The lines that end in these bytes, which follow those that came before. */
  push(bytes: Buffer): readonly SplitLine[] {
    const last = bytes.lastIndexOf(NEWLINE)
    this.#readTo += bytes.length
    if (last < 0) {
      this.#keep(bytes)
      return []
    }
    const from = this.#lineAt
    const bytesAt = this.#readTo - bytes.length
    const lines: SplitLine[] = []
    const first = bytes.indexOf(NEWLINE)
    this.#keep(bytes.subarray(0, first))
    lines.push({ at: from, text: textOf(this.#kept) })
    for (let begin = first + 1; begin <= last;) {
      const end = bytes.indexOf(NEWLINE, begin)
      lines.push({ at: bytesAt + begin, text: textOf(bytes.subarray(begin, end)) })
      begin = end + 1
    }
    this.#kept = Buffer.alloc(0)
    this.#lineAt = bytesAt + last + 1
    this.#keep(bytes.subarray(last + 1))
    return lines
  }

  /** The line that has not ended, when nothing comes any more; undefined: there is none. */
  rest(): SplitLine | undefined {
    return this.#lineAt === this.#readTo
      ? undefined
      : { at: this.#lineAt, text: textOf(this.#kept) }
  }

  #keep(bytes: Buffer): void {
    const room = LINE_BYTES_MAX - this.#kept.length
    if (room > 0 && bytes.length > 0) {
      this.#kept = Buffer.concat([this.#kept, bytes.subarray(0, room)])
    }
  }
}

function textOf(bytes: Buffer): string {
  return shownLine(bytes.subarray(0, LINE_BYTES_MAX).toString('utf8'))
}
