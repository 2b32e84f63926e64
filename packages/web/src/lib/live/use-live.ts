import { createContext, useContext, useSyncExternalStore } from 'react'
import { useNow } from '../now.ts'
import type { Freshness, LiveStore } from './live-store.ts'

/** Before that, a lost connection is not worth a word. */
export const LOST_AFTER_MS = 5_000

export const LiveContext = createContext<LiveStore | null>(null)

export function useLiveStore(): LiveStore {
  const store = useContext(LiveContext)
  if (store === null) throw new Error('there is no live store above this part')
  return store
}

/** How fresh the page is now; `lost` only when it has been for five seconds. */
export function useFreshness(): Freshness {
  const store = useLiveStore()
  const freshness = useSyncExternalStore(store.subscribe, store.freshness)
  const now = useNow(freshness.is === 'lost' ? 1_000 : undefined)
  const isShort = freshness.is === 'lost' && now - freshness.since < LOST_AFTER_MS
  return isShort ? { is: 'live' } : freshness
}
