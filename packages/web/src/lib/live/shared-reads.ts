// What the tabs of a browser read after the same change is read once, by the holder of the event stream.

import type { Client } from '@lockstep/client'
import type { RunId } from '@lockstep/domain'

/** What is read so, because a change often concerns it in many tabs; a tab reads everything else for itself. */
export type SharedRead =
  | { readonly of: 'run'; readonly run: RunId }
  | { readonly of: 'waiting gates' }
  | { readonly of: 'waiting tasks' }

/** Asks the server. */
export function carryOut(
  client: Pick<Client, 'showRun' | 'listGates' | 'listWaitingTasks'>,
  read: SharedRead,
): Promise<unknown> {
  switch (read.of) {
    case 'run':
      return client.showRun({ run: read.run })
    case 'waiting gates':
      return client.listGates({ mine: true, limit: 50 })
    case 'waiting tasks':
      return client.listWaitingTasks({ mine: true })
  }
}

export interface SharedReads {
  /** An answer that knows of every change that was told. */
  readonly answer: (read: SharedRead) => Promise<unknown>
  /** What was read until now may be old, or be meant for somebody else. */
  readonly forget: () => void
}

/** Keeps an answer for all who ask until it is forgotten; one that failed is asked for again. */
export function createSharedReads(ask: (read: SharedRead) => Promise<unknown>): SharedReads {
  const answers = new Map<string, Promise<unknown>>()
  return {
    answer(read) {
      const key = JSON.stringify(read)
      const known = answers.get(key)
      if (known !== undefined) return known
      const asked = ask(read)
      answers.set(key, asked)
      asked.catch(() => {
        if (answers.get(key) === asked) answers.delete(key)
      })
      return asked
    },
    forget: () => answers.clear(),
  }
}
