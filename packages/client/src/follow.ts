// Follows changes for as long as wanted, over lost connections.

import { HEARTBEAT_MS, type Change, type Reset } from '@lockstep/contract'
import type { Client } from './client.ts'
import { Refused } from './refused.ts'
import { backoffMs, wait } from './wait.ts'

/** Silence for this long means that the connection is gone, whatever the network says. */
const SILENCE_MS = 2.5 * HEARTBEAT_MS
const LONGEST_WAIT_MS = 5_000

export type Followed =
  /** The stream is live from here on. */
  | { readonly type: 'connected' }
  /** What is shown may be old until `connected` comes again. */
  | { readonly type: 'lost' }
  | { readonly type: 'change'; readonly change: Change }
  /** Fetch again what is shown: changes in between are not kept. */
  | { readonly type: 'reset'; readonly reason: Reset['reason'] }

export interface FollowOptions {
  readonly signal?: AbortSignal
  readonly wait?: typeof wait
  /** Called whenever the server was heard, if only by a heartbeat. */
  readonly heard?: () => void
}

/**
 * Changes under these topics, in order, without a gap that is not told. Comes back by itself after a lost connection; ends when the signal
 * is aborted, and throws `Refused` when the server says that the session or the right is gone.
 */
export async function* follow(
  client: Pick<Client, 'followEvents'>,
  topics: readonly string[],
  options: FollowOptions = {},
): AsyncGenerator<Followed> {
  const pause = options.wait ?? wait
  const isOver = (): boolean => options.signal?.aborted === true
  let lastEventId: string | undefined
  for (let failures = 0; ; failures += 1) {
    const watch = new AbortController()
    const signal =
      options.signal === undefined ? watch.signal : AbortSignal.any([options.signal, watch.signal])
    try {
      const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
      const response = await client.followEvents({ topics: topics.join(',') }, { signal, headers })
      yield { type: 'connected' }
      failures = 0
      for await (const message of messagesOf(response, options.heard, () => watch.abort())) {
        lastEventId = message.id ?? lastEventId
        const followed = followedFrom(message)
        if (followed !== undefined) yield followed
      }
    } catch (error) {
      if (isOver()) return
      if (error instanceof Refused && error.status < 500 && error.status !== 429) throw error
    } finally {
      watch.abort()
    }
    if (isOver()) return
    yield { type: 'lost' }
    await pause(backoffMs(failures, 250, LONGEST_WAIT_MS), options.signal).catch(() => undefined)
    if (isOver()) return
  }
}

interface Message {
  readonly id: string | undefined
  readonly event: string
  readonly data: string
}

function followedFrom({ event, data }: Message): Followed | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server's own words; a newer one may say more
  if (event === 'change') return { type: 'change', change: JSON.parse(data) as Change }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  if (event === 'reset') return { type: 'reset', reason: (JSON.parse(data) as Reset).reason }
  return undefined
}

/** The messages of an event stream; calls `onSilence` when not even a heartbeat comes. */
async function* messagesOf(
  response: Response,
  heard: (() => void) | undefined,
  onSilence: () => void,
): AsyncGenerator<Message> {
  if (response.body === null) return
  const decoder = new TextDecoder()
  let rest = ''
  let silence = setTimeout(onSilence, SILENCE_MS)
  try {
    // A reader by hand: not every browser lets a stream be iterated.
    const reader = response.body.getReader()
    for (;;) {
      const { value: bytes, done } = await reader.read()
      if (done) return
      heard?.()
      clearTimeout(silence)
      silence = setTimeout(onSilence, SILENCE_MS)
      rest += decoder.decode(bytes, { stream: true })
      const blocks = rest.split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) yield messageFrom(block)
    }
  } finally {
    clearTimeout(silence)
  }
}

function messageFrom(block: string): Message {
  const fields = new Map<string, string[]>()
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    if (colon <= 0) continue // A comment.
    const name = line.slice(0, colon)
    const value = line.slice(colon + 1).replace(/^ /, '')
    fields.set(name, [...(fields.get(name) ?? []), value])
  }
  return {
    id: fields.get('id')?.[0],
    event: fields.get('event')?.[0] ?? 'message',
    data: (fields.get('data') ?? []).join('\n'),
  }
}
