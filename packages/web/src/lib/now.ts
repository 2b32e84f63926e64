import { useSyncExternalStore } from 'react'

/** The time, told again every so often while the tab is looked at; undefined: told once. */
export function useNow(everyMs: number | undefined): number {
  return useSyncExternalStore(
    (onTick) => {
      if (everyMs === undefined) return () => undefined
      const timer = setInterval(() => {
        if (!document.hidden) onTick()
      }, everyMs)
      document.addEventListener('visibilitychange', onTick)
      return () => {
        clearInterval(timer)
        document.removeEventListener('visibilitychange', onTick)
      }
    },
    () => roundedNow(everyMs ?? 1_000),
  )
}

/** The same value for all who ask within one interval, as React wants of a store. */
function roundedNow(everyMs: number): number {
  const stepMs = Math.min(everyMs, 1_000)
  return Math.floor(Date.now() / stepMs) * stepMs
}
