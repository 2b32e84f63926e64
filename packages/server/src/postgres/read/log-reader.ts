// Logs as lines: their outlines are kept for a while, because they grow with the log and are asked for again and again.

import { setImmediate as breathe } from 'node:timers/promises'
import { plainLine, uuidOf, type JobId, type RunStatus } from '@lockstep/domain'

import { readJobLog, type LogPart } from '../agents/job-logs.ts'
import { findRow, type Queryable } from '../queryable.ts'
import { LogClock } from './log-clock.ts'
import { LogOutline } from './log-outline.ts'
import { LogSplitter, type SplitLine } from './log-splitter.ts'
import { jobState } from './run-jobs.ts'

/** Where a log is. */
export interface LogPlace {
  readonly project: number
  readonly root: string
  readonly job: JobId
}

/** How a log stands: its outline as far as it was read, and whether that is all there will be. */
export interface StandingLog {
  readonly outline: LogOutline
  readonly bytes: number
  readonly state: RunStatus
  /** Everything that is stored is in the outline. */
  readonly isRead: boolean
  /** Nothing more is written. */
  readonly isOver: boolean
}

export interface LogLine {
  readonly text: string
  /** Since the job began, as its agent has seen it; null: it did not say. */
  readonly ms: number | null
}

export interface LogHits {
  /** All of them, in the whole log. */
  readonly count: number
  /** The line of each hit, of the first `HITS_MAX`. */
  readonly lines: readonly number[]
}

/** More hits are counted, and not named. */
export const HITS_MAX = 10_000
/** Outlines that are kept; the one that was asked for least recently goes first. */
const OUTLINES_MAX = 64
/** For a few lines: the one in which they begin, and what follows. */
const PARTS_AT_ONCE = 3
/** One question reads on for this long; what is left is for the next. */
const READS_FOR_MS = 1_500

export class LogReader {
  readonly #outlines = new Map<JobId, { outline: LogOutline; reading: Promise<void> }>()

  /** The log as it stands now; undefined when there is no such job below this root. */
  async stand(db: Queryable, at: LogPlace): Promise<StandingLog | undefined> {
    const job = await findRow<{ status: string; log_length: string }>(
      db,
      `SELECT status, log_length FROM jobs WHERE id = $1 AND project_id = $2 AND root_id = $3`,
      [uuidOf(at.job), at.project, uuidOf(at.root)],
    )
    if (job === undefined) return undefined
    const bytes = Number(job.log_length)
    const isOver = !['ready', 'leased', 'running', 'unknown'].includes(job.status)
    const kept = this.#keep(at.job)
    const { outline } = kept
    kept.reading = kept.reading.catch(noMatter).then(() => readOn(db, at, outline, bytes))
    await kept.reading
    const isRead = outline.readTo >= bytes
    if (isRead && isOver) outline.end()
    return { outline, bytes, state: jobState(job.status), isRead, isOver }
  }

  /** Lines from this one on, as many as are wanted and have ended. */
  async readLines(
    db: Queryable,
    at: LogPlace,
    { outline }: StandingLog,
    wanted: { readonly from: number; readonly count: number },
  ): Promise<readonly LogLine[]> {
    const to = Math.min(outline.lines, wanted.from + wanted.count - 1)
    if (wanted.from > to) return []
    const place = outline.placeOf(wanted.from)
    const lines: LogLine[] = []
    let line = place.line
    const clock = new LogClock()
    for await (const { found, part } of eachPart(db, at, place.at, outline.readTo, PARTS_AT_ONCE)) {
      if (part !== undefined) clock.hear(part.start, part.marks)
      for (const { at: start, text } of found) {
        if (line >= wanted.from) lines.push({ text, ms: clock.msAt(start) })
        line += 1
        if (line > to) return lines
      }
    }
    return lines
  }

  /** Where these letters stand, whatever their case; counted up to the end of the log. */
  async search(
    db: Queryable,
    at: LogPlace,
    { outline }: StandingLog,
    words: string,
    signal: AbortSignal,
  ): Promise<LogHits> {
    const wanted = words.toLowerCase()
    const lines: number[] = []
    let count = 0
    let line = 0
    for await (const { found } of eachPart(db, at, 0, outline.readTo)) {
      if (signal.aborted) break
      for (const { text } of found) {
        line += 1
        if (line > outline.lines) break
        const letters = plainLine(text).toLowerCase()
        for (
          let hit = letters.indexOf(wanted);
          hit >= 0;
          hit = letters.indexOf(wanted, hit + wanted.length)
        ) {
          count += 1
          if (lines.length < HITS_MAX) lines.push(line)
        }
      }
    }
    return { count, lines }
  }

  #keep(job: JobId): { outline: LogOutline; reading: Promise<void> } {
    const kept = this.#outlines.get(job) ?? {
      outline: new LogOutline(),
      reading: Promise.resolve(),
    }
    this.#outlines.delete(job)
    this.#outlines.set(job, kept)
    const [oldest] = this.#outlines.keys()
    if (this.#outlines.size > OUTLINES_MAX && oldest !== undefined) this.#outlines.delete(oldest)
    return kept
  }
}

/** Who asked before was told; whoever asks now tries again. */
function noMatter(): void {
  // The outline is as far as it was read.
}

/** Takes what is stored into the outline, for a while. */
async function readOn(
  db: Queryable,
  at: LogPlace,
  outline: LogOutline,
  length: number,
): Promise<void> {
  const until = performance.now() + READS_FOR_MS
  while (outline.readTo < length && performance.now() < until) {
    const from = outline.readTo
    const parts = await readJobLog(db, { project: at.project, job: at.job, from })
    for (const part of parts) {
      const bytes = part.bytes.subarray(Math.max(0, outline.readTo - part.start))
      outline.push(bytes, part.start, part.marks)
      await breathe() // Others are served between two parts.
    }
    if (outline.readTo === from) return
  }
}

/** The lines of each stored part, from a byte on where one begins; the last one too when it has no end. */
async function* eachPart(
  db: Queryable,
  { project, job }: LogPlace,
  from: number,
  to: number,
  most?: number,
): AsyncGenerator<{ readonly found: readonly SplitLine[]; readonly part: LogPart | undefined }> {
  const splitter = new LogSplitter(from)
  while (splitter.readTo < to) {
    const before = splitter.readTo
    const parts = await readJobLog(db, {
      project,
      job,
      from: before,
      ...(most === undefined ? {} : { most }),
    })
    for (const part of parts) {
      const bytes = part.bytes.subarray(Math.max(0, splitter.readTo - part.start))
      yield { found: splitter.push(bytes), part }
      await breathe()
    }
    if (splitter.readTo === before) break
  }
  const rest = splitter.rest()
  if (rest !== undefined) yield { found: [rest], part: undefined }
}
