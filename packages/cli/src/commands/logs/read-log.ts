// The log of a job, by offset: what was read is never read again, and nothing is missed over a lost connection.

import type { Client } from '@lockstep/client'

import type { Job, Run } from '../../documents.ts'

const WAIT_MS = 20_000
/** How far back the last lines are looked for. */
const TAIL_BYTES = 16 * 1024

export interface LogPart {
  readonly bytes: Buffer
  readonly ended: boolean
  readonly state: string
}

/** The log from an offset on. When it is followed, until the job has ended; otherwise what is there. */
export async function* readLog(
  client: Client,
  run: Pick<Run, 'id'>,
  job: Pick<Job, 'id'>,
  options: { readonly follow: boolean; readonly signal: AbortSignal; readonly offset?: number },
): AsyncGenerator<LogPart> {
  let offset = options.offset ?? 0
  while (!options.signal.aborted) {
    const part = await client.readJobLog(
      { run: run.id, job: job.id, offset, ...(options.follow ? { waitMs: WAIT_MS } : {}) },
      { signal: options.signal },
    )
    const isNew = part.next > offset
    offset = part.next
    yield { bytes: Buffer.from(part.bytes, 'base64'), ended: part.ended, state: part.state }
    if (part.ended && !isNew) return
    if (!options.follow && !isNew) return
  }
}

/** The last lines of what is stored of a log. */
export async function readLastLines(
  client: Client,
  run: Pick<Run, 'id'>,
  job: Job,
  count: number,
): Promise<string[]> {
  const signal = new AbortController().signal
  const parts: Buffer[] = []
  const offset = Math.max(0, job.logLength - TAIL_BYTES)
  for await (const { bytes } of readLog(client, run, job, { follow: false, signal, offset }))
    parts.push(bytes)
  const lines = Buffer.concat(parts).toString().trimEnd().split('\n')
  return lines.filter((line) => line !== '').slice(-count)
}
