/** How large a graph can be drawn, in percent. */
export const ZOOMS: readonly number[] = [50, 75, 100, 125, 150]

interface Size {
  readonly width: number
  readonly height: number
}

/** The largest size, up to life-size, at which all of what is drawn at this one fits; the smallest when none is small enough. */
export function fittingZoom(room: Size, drawn: Size, percent: number): number {
  const share = Math.min(room.width / drawn.width, room.height / drawn.height)
  return ZOOMS.findLast((one) => one <= Math.min(100, percent * share)) ?? 50
}
