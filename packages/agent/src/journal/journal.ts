// What really happened with one lease of one job, in an append-only file: the ground truth after any crash.
import type { ProcessName } from '../exec/process-name.ts'
import { appendLine, parseOwnJson, readIfThere } from './durable-file.ts'

/** How the work ended, as the supervisor wrote it. Everything that the server is told comes from here. */
export interface Ending {
  readonly outcome: 'succeeded' | 'failed' | 'errored' | 'aborted'
  readonly exitCode: number | null
  readonly reason: string | null
  readonly durationMs: number
  /** What was found on the host afterwards; absent when the job has to do with no component. */
  readonly runs?: { readonly version: string; readonly digest: `sha256:${string}` } | null
  readonly version?: string
  readonly artifacts?: readonly CollectedFile[]
  readonly reports?: readonly CollectedFile[]
  readonly sbom?: CollectedFile
}

/** A file that was taken out of the work folder and waits to be uploaded. */
export interface CollectedFile {
  /** Name of the component for artifacts, path in the work folder for others. */
  readonly name: string
  readonly digest: `sha256:${string}`
  readonly sizeBytes: number
}

/**
 * How a job ended, as far as anybody can know. `lost`: it was begun, and its supervisor ended without saying how.
 */
export interface KnownEnding {
  readonly verdict: 'ended' | 'lost'
  readonly ending: Ending
}

export type JournalEntry =
  /** Written before anything is begun. */
  | { readonly type: 'intent' }
  /** A supervisor has taken the job: from here on it is never begun again. */
  | ({ readonly type: 'started' } & ProcessName)
  | ({ readonly type: 'spawned'; readonly program: string } & ProcessName)
  /** So many bytes of the log are stored by the server. */
  | { readonly type: 'logged'; readonly length: number }
  | { readonly type: 'cancelled'; readonly graceMs: number }
  | { readonly type: 'exited'; readonly ending: Ending }
  /** The server has the end, or has said that it does not want it. */
  | { readonly type: 'acknowledged'; readonly answer: string }

/** What the entries of a journal say together. */
export interface JournalSummary {
  readonly hasIntent: boolean
  readonly started: ProcessName | undefined
  readonly spawned: ProcessName | undefined
  readonly loggedLength: number
  readonly cancelGraceMs: number | undefined
  readonly ending: Ending | undefined
  readonly isAcknowledged: boolean
}

/** Appends an entry; it is on the disk when this returns, except `logged`, which the server knows better. */
export function appendEntry(path: string, entry: JournalEntry): void {
  const line = JSON.stringify({ ...entry, at: new Date().toISOString() })
  appendLine(path, line, { isSynced: entry.type !== 'logged' })
}

/** Reads a journal. A line that was cut off by a crash counts as not written. */
export function readJournal(path: string): JournalSummary {
  const entries = parseLines(readIfThere(path) ?? '')
  const last = <Type extends JournalEntry['type']>(type: Type) =>
    entries.findLast((entry): entry is Extract<JournalEntry, { type: Type }> => entry.type === type)
  return {
    hasIntent: last('intent') !== undefined,
    started: last('started'),
    spawned: last('spawned'),
    loggedLength: last('logged')?.length ?? 0,
    cancelGraceMs: last('cancelled')?.graceMs,
    ending: last('exited')?.ending,
    isAcknowledged: last('acknowledged') !== undefined,
  }
}

function parseLines(text: string): readonly JournalEntry[] {
  const entries: JournalEntry[] = []
  for (const line of text.split('\n')) {
    try {
      // Written by this program in a folder that belongs to it alone; an unknown type is simply not looked for.
      if (line !== '') entries.push(parseOwnJson<JournalEntry>(line))
    } catch {
      // Cut off by a crash: it never happened.
    }
  }
  return entries
}
