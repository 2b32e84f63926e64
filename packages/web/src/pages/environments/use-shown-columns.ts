import { useVirtualizer } from '@tanstack/react-virtual'
import type { RefObject } from 'react'

/** From here on only the columns in sight are drawn, all of one width. */
const VIRTUAL_FROM = 16
const COLUMN_WIDTH = 224
/** Of the first column, with the names, which always stays. */
const NAMES_WIDTH = 208

export interface ShownColumns {
  /** Places of the columns that are drawn. */
  readonly shown: readonly number[]
  /** How much room the others take before and behind them. */
  readonly before: number
  readonly behind: number
  /** What a table with more columns than are drawn is as wide as; undefined: its columns are as wide as what is in them. */
  readonly width: number | undefined
}

/** The columns of a wide table that are drawn, by how far its area is scrolled. */
export function useShownColumns(count: number, area: RefObject<HTMLElement | null>): ShownColumns {
  const isVirtual = count >= VIRTUAL_FROM
  // oxlint-disable-next-line react/incompatible-library -- what it gives is used here and not handed on
  const virtualizer = useVirtualizer({
    horizontal: true,
    count,
    getScrollElement: () => area.current,
    estimateSize: () => COLUMN_WIDTH,
    overscan: 2,
    paddingStart: NAMES_WIDTH,
    enabled: isVirtual,
  })
  if (!isVirtual) {
    return {
      shown: Array.from({ length: count }, (_, at) => at),
      before: 0,
      behind: 0,
      width: undefined,
    }
  }
  const near = virtualizer.getVirtualItems()
  const first = near[0]?.index ?? 0
  const last = near.at(-1)?.index ?? -1
  return {
    shown: near.map(({ index }) => index),
    before: first * COLUMN_WIDTH,
    behind: (count - 1 - last) * COLUMN_WIDTH,
    width: NAMES_WIDTH + count * COLUMN_WIDTH,
  }
}
