import { useEffect, type RefObject } from 'react'
import { useMoreMark } from './side-scroll.tsx'

/** The classes of a row of links that is wider than the window of a phone. */
export const LINK_ROW = 'relative overflow-x-auto data-more:mask-r-from-[calc(100%-2.5rem)]'

/** Keeps the open one of a row of links in sight, and marks the row while more of it follows at the right. */
export function useLinkRow(row: RefObject<HTMLElement | null>): void {
  useMoreMark(row)
  useEffect(() => {
    const { current: element } = row
    if (element === null) return undefined
    const show = (): void => showOpen(element)
    const sizes = new ResizeObserver(show)
    sizes.observe(element)
    const turns = new MutationObserver(show)
    turns.observe(element, { subtree: true, attributeFilter: ['aria-current'] })
    return () => {
      sizes.disconnect()
      turns.disconnect()
    }
  }, [row])
}

function showOpen(row: HTMLElement): void {
  const open = row.querySelector<HTMLElement>('[aria-current="page"]')
  if (open !== null)
    row.scrollTo({ left: open.offsetLeft - (row.clientWidth - open.offsetWidth) / 2 })
}
