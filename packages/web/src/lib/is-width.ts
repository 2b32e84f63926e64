import { useSyncExternalStore } from 'react'

/** The widths of UI.md section 11 that a screen is drawn differently for, not only styled. */
const QUERIES = {
  phone: '(max-width: 719px)',
  full: '(min-width: 1280px)',
  /** Below it nothing is edited that needs room. */
  editor: '(min-width: 900px)',
} as const

export function useIsWidth(width: keyof typeof QUERIES): boolean {
  const query = QUERIES[width]
  return useSyncExternalStore(
    (onChange) => {
      const list = matchMedia(query)
      list.addEventListener('change', onChange)
      return () => list.removeEventListener('change', onChange)
    },
    () => matchMedia(query).matches,
  )
}
