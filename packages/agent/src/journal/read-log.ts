// The log as it lies in the spool, in parts that the server takes.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { LOG_CHUNK_BYTES_MAX, LOG_MARKS_MAX } from '@lockstep/contract/agent'
import type { LogMark } from '@lockstep/contract/agent'
import type { JobFolder } from './job-folder.ts'
import { readIfThere } from './durable-file.ts'

export interface LogChunk {
  readonly offset: number
  readonly bytes: Uint8Array
  /** When which byte of the chunk was written. */
  readonly marks: readonly LogMark[]
}

/** How many bytes the log has by now. */
export function logLength(folder: JobFolder): number {
  return statSync(folder.spool, { throwIfNoEntry: false })?.size ?? 0
}

/** Reads the log of one job onwards; keeps the marks of time in memory, not the text. */
export class LogReader {
  readonly #folder: JobFolder
  #marks: readonly LogMark[] = []
  #marksBytes = 0

  constructor(folder: JobFolder) {
    this.#folder = folder
  }

  /** The next part from `offset` on; undefined when there is nothing more for now. */
  readChunk(offset: number): LogChunk | undefined {
    if (logLength(this.#folder) <= offset) return undefined
    const file = openSync(this.#folder.spool, 'r')
    try {
      const size = Math.min(LOG_CHUNK_BYTES_MAX, fstatSync(file).size - offset)
      const bytes = Buffer.alloc(size)
      const length = readSync(file, bytes, 0, size, offset)
      return this.#withMarks(offset, bytes.subarray(0, length))
    } finally {
      closeSync(file)
    }
  }

  #withMarks(offset: number, bytes: Uint8Array): LogChunk {
    this.#readMarks()
    const after = this.#marks.findIndex(([at]) => at > offset)
    // The mark before the chunk says when its first byte was written.
    const first = after < 0 ? this.#marks.length - 1 : after - 1
    const marks: LogMark[] = []
    let end = offset + bytes.length
    for (const [at, atMs] of this.#marks.slice(Math.max(first, 0))) {
      if (at >= end) break
      if (marks.length === LOG_MARKS_MAX) {
        end = at
        break
      }
      marks.push([Math.max(0, at - offset), atMs])
    }
    return { offset, bytes: bytes.subarray(0, end - offset), marks }
  }

  #readMarks(): void {
    const size = statSync(this.#folder.marks, { throwIfNoEntry: false })?.size ?? 0
    if (size === this.#marksBytes) return
    this.#marksBytes = size
    this.#marks = (readIfThere(this.#folder.marks) ?? '')
      .split('\n')
      .map((line) => /^(\d+) (\d+)$/.exec(line))
      .filter((match) => match !== null)
      .map(([, at, atMs]) => [Number(at), Number(atMs)] as const)
  }
}
