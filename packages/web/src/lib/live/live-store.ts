// What this tab knows of the stream, and what it does with what it hears.

import type { Query, QueryClient } from '@tanstack/react-query'
import type { Change } from '@lockstep/contract'
import { connectLive, type LiveConnection } from './live-connection.ts'
import type { LiveMessage } from './live-message.ts'
import { createRefresher } from './refresher.ts'
import type { SharedRead } from './shared-reads.ts'
import { takeAnswer } from './take-answer.ts'

/** Whether what is shown is what is. */
export type Freshness =
  | { readonly is: 'connecting' }
  | { readonly is: 'live' }
  | { readonly is: 'lost'; readonly since: number; readonly nextAt: number | null }

export interface LiveStore {
  readonly freshness: () => Freshness
  readonly subscribe: (listener: () => void) => () => void
  /** Begins to hear, or to hear again after signing in. */
  readonly begin: () => void
  /** Tries the lost connection now. */
  readonly tryNow: () => void
}

declare module '@tanstack/react-query' {
  interface Register {
    queryMeta: {
      /** Whether a change concerns what the query has read, which is `known`. Such a query is fetched again at once. */
      readonly touchedBy?: (change: Change, known: unknown) => boolean
      /** The same as the query, as the tabs of a browser read it once for all of them. */
      readonly read?: SharedRead
    }
  }
}

export function createLiveStore(queries: QueryClient, onBack: () => void): LiveStore {
  const listeners = new Set<() => void>()
  let freshness: Freshness = { is: 'connecting' }
  let connection: LiveConnection | undefined

  const become = (next: Freshness): void => {
    freshness = next
    for (const listener of listeners) listener()
  }
  const touch = createRefresher({
    refresh: async (hash) => {
      const query = queries.getQueryCache().get(hash)
      if (query === undefined) return
      const fetchIt = (): Promise<void> =>
        queries.refetchQueries({ queryKey: query.queryKey, exact: true }, { cancelRefetch: false })
      if (query.state.fetchStatus === 'fetching') await fetchIt() // It may have begun before the change.
      const ask = connection?.read.bind(connection)
      if (!(await takeAnswer(queries, query, ask))) await fetchIt()
    },
    now: Date.now,
    later: (ms, run) => setTimeout(run, ms),
  })
  const hear = (message: LiveMessage): void => {
    if (message.type === 'changes') {
      for (const query of touchedQueries(queries, message.changes)) {
        if (query.isActive()) touch(query.queryHash)
        else query.invalidate()
      }
      return
    }
    if (message.type === 'reset') return void queries.invalidateQueries()
    if (message.type === 'lost')
      return become({ is: 'lost', since: message.since, nextAt: message.nextAt })
    if (message.type === 'refused') {
      become({ is: 'connecting' })
      return void queries.invalidateQueries({ queryKey: ['me'] })
    }
    if (freshness.is === 'lost') {
      onBack()
      // Changes that were missed come by themselves; what could not be read meanwhile does not.
      void queries.refetchQueries({
        type: 'active',
        predicate: ({ state }) => state.error !== null,
      })
    }
    become({ is: 'live' })
  }
  return {
    freshness: () => freshness,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    begin() {
      connection ??= connectLive(hear)
      connection.ask({ type: 'hello' })
    },
    tryNow: () => connection?.ask({ type: 'now' }),
  }
}

function touchedQueries(queries: QueryClient, changes: readonly Change[]): readonly Query[] {
  return queries.getQueryCache().findAll({
    predicate: ({ meta, state }) =>
      changes.some((change) => meta?.touchedBy?.(change, state.data) === true),
  })
}
