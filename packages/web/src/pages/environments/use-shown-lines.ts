import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useState, type RefCallback } from 'react'
import type { MatrixLine } from './matrix-lines.ts'

/** From here on only the rows near the window are drawn. */
const VIRTUAL_FROM = 100
const APPLICATION_HEIGHT = 57
const COMPONENT_HEIGHT = 26

/** The rows that are drawn, and how much room the others take above and below. `body`: goes on what holds them. */
export function useShownLines(lines: readonly MatrixLine[]): {
  readonly body: RefCallback<HTMLElement>
  readonly shown: readonly MatrixLine[]
  readonly above: number
  readonly below: number
} {
  const [top, setTop] = useState(0)
  const body = useCallback((element: HTMLElement | null) => {
    if (element !== null) setTop(element.getBoundingClientRect().top + window.scrollY)
  }, [])
  const isVirtual = lines.length >= VIRTUAL_FROM
  // oxlint-disable-next-line react/incompatible-library -- what it gives is used here and not handed on
  const virtualizer = useWindowVirtualizer({
    count: lines.length,
    estimateSize: (at) => (lines[at]?.component === null ? APPLICATION_HEIGHT : COMPONENT_HEIGHT),
    overscan: 4,
    scrollMargin: top,
    enabled: isVirtual,
  })
  if (!isVirtual) return { body, shown: lines, above: 0, below: 0 }
  const near = virtualizer.getVirtualItems()
  const [first, last] = [near[0], near.at(-1)]
  return {
    body,
    shown: near.flatMap(({ index }) => lines[index] ?? []),
    above: (first?.start ?? top) - top,
    below: virtualizer.getTotalSize() - ((last?.end ?? top) - top),
  }
}
