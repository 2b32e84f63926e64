// What the holder of the event stream and the tabs say to each other.

import type { Change } from '@lockstep/contract'
import type { SharedRead } from './shared-reads.ts'

/** From the holder of the stream to the tabs. */
export type LiveMessage =
  | { readonly type: 'live' }
  /** What is shown may be old. `since`: when the stream was last heard; `nextAt`: when it is tried again. */
  | { readonly type: 'lost'; readonly since: number; readonly nextAt: number | null }
  /** The session is over; the tab finds out by itself and leads to signing in. */
  | { readonly type: 'refused' }
  | { readonly type: 'changes'; readonly changes: readonly Change[] }
  /** Fetch again whatever is shown. */
  | { readonly type: 'reset' }

/** To the tab that has asked, under the number of its question; undefined: ask the server yourself. */
export interface LiveAnswer {
  readonly type: 'answer'
  readonly to: number
  readonly data: unknown
}

/** From a tab to the worker alone: read this for me and all others. */
export interface LiveQuestion {
  readonly type: 'read'
  readonly id: number
  readonly read: SharedRead
}

/** From a tab to the holder. */
export type LiveRequest =
  /** A tab has come, or somebody has signed in: begin when the stream does not run, and say how it is. */
  | { readonly type: 'hello' }
  /** Do not wait for the next try. */
  | { readonly type: 'now' }
