// A run, read again whenever it has changed.

import { follow, type Client } from '@lockstep/client'

import type { Run } from '../../documents.ts'
import { isOver } from '../../present/run-state.ts'
import { Wake } from '../../terminal/wake.ts'

/** Changes that come closer together are read at once: at most four readings a second. */
const BETWEEN_READINGS_MS = 250
/** Also without a change it is read again, should a proxy swallow the stream. */
const LONGEST_PAUSE_MS = 15_000

export interface Reading {
  readonly run: Run
  readonly connected: boolean
}

/** The run now, and again after each change, until it has ended or the signal is aborted. `tickMs` gives the last reading again meanwhile. */
export async function* followRun(
  client: Client,
  id: Run['id'],
  signal: AbortSignal,
  tickMs: number = LONGEST_PAUSE_MS,
): AsyncGenerator<Reading> {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const wake = new Wake()
  // Nothing is lost before the stream says so: the run has just been read.
  const stream = { isLive: true, failure: undefined as unknown }
  let watching: Promise<void> | undefined
  try {
    let readAt = Date.now()
    let run = await client.showRun({ run: id }, { signal })
    // What happened in between is told when the stream begins, because its beginning is a reason to read again.
    watching = listen(client, topicOf(run), either, stream, wake)
    for (;;) {
      yield { run, connected: stream.isLive }
      if (isOver(run) || signal.aborted) return
      if (stream.failure !== undefined) throw stream.failure
      const rung = await wake.wait(tickMs, signal)
      if (signal.aborted) return
      if (!rung && Date.now() - readAt < LONGEST_PAUSE_MS) continue
      if (rung)
        await new Wake().wait(Math.max(0, readAt + BETWEEN_READINGS_MS - Date.now()), signal)
      readAt = Date.now()
      run = await client.showRun({ run: id }, { signal })
    }
  } catch (error) {
    // A reading that was under way when somebody stopped has no answer.
    if (!signal.aborted) throw error
  } finally {
    stop.abort()
    await watching
  }
}

/** Changes of a release's run are told under the release. */
function topicOf({ root }: Run): string {
  return root.startsWith('rel_') ? `release:${root}` : `run:${root}`
}

async function listen(
  client: Client,
  topic: string,
  signal: AbortSignal,
  stream: { isLive: boolean; failure: unknown },
  wake: Wake,
): Promise<void> {
  try {
    for await (const followed of follow(client, [topic], { signal })) {
      stream.isLive = followed.type !== 'lost'
      wake.ring()
    }
  } catch (error) {
    if (!signal.aborted) stream.failure = error
    wake.ring()
  }
}
