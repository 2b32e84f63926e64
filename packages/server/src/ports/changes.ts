// What has changed, as the event stream takes it from the write path.

import type { Commit } from './reactor.ts'

export interface Changes {
  /** Calls back for each commit of any server node, in order per lane. Returns how to stop. */
  onCommitted(listener: (commit: Commit) => void): () => void
}
