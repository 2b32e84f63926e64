// How large a graph is drawn: from half to one and a half, in steps, or as it fits.

import { Maximize, ZoomIn, ZoomOut } from 'lucide-react'
import type { ReactElement, RefObject } from 'react'
import { Button } from './button.tsx'
import { fittingZoom, ZOOMS } from './zooms.ts'

interface ZoomBoxProps {
  readonly percent: number
  /** What scrolls; its only child is what is drawn. */
  readonly area: RefObject<HTMLElement | null>
  readonly onZoom: (percent: number) => void
}

export function ZoomBox({ percent, area, onZoom }: ZoomBoxProps): ReactElement {
  const at = ZOOMS.indexOf(percent)
  const [smaller, larger] = [ZOOMS[at - 1], ZOOMS[at + 1]]
  const fit = (): void => {
    const { current: scrolled } = area
    const drawn = scrolled?.firstElementChild?.getBoundingClientRect()
    if (scrolled == null || drawn === undefined) return
    const room = { width: scrolled.clientWidth, height: scrolled.clientHeight }
    onZoom(fittingZoom(room, drawn, percent))
  }
  return (
    <div className="flex items-center rounded-2 border border-line bg-surface shadow-1">
      <Button
        look="quiet"
        size="icon"
        aria-label="Zoom out"
        disabled={smaller === undefined}
        onClick={() => smaller !== undefined && onZoom(smaller)}
      >
        <ZoomOut size={14} aria-hidden />
      </Button>
      <span className="w-10 text-center text-12 text-ink-2">{percent} %</span>
      <Button
        look="quiet"
        size="icon"
        aria-label="Zoom in"
        disabled={larger === undefined}
        onClick={() => larger !== undefined && onZoom(larger)}
      >
        <ZoomIn size={14} aria-hidden />
      </Button>
      <Button look="quiet" size="icon" aria-label="Fit all of it in" onClick={fit}>
        <Maximize size={14} aria-hidden />
      </Button>
    </div>
  )
}
