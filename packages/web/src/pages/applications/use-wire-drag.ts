import { useEffect, useRef, useState, type PointerEvent, type RefObject } from 'react'

export interface WireDrag {
  readonly tier: string
  /** Where the pointer is, from the corner of the diagram. */
  readonly x: number
  readonly y: number
  /** The place below it. */
  readonly over: string | null
}

/**
 * Drags a wire from the dot of a tier to a place: an element with `data-place`. Escape lets it go. `onEnd` hears of the place
 * where it was let go.
 */
export function useWireDrag(
  diagram: RefObject<HTMLElement | null>,
  onEnd: (tier: string, place: string) => void,
): {
  readonly drag: WireDrag | null
  readonly begin: (tier: string, event: PointerEvent) => void
} {
  const [drag, setDrag] = useState<WireDrag | null>(null)
  const end = useRef(onEnd)
  useEffect(() => {
    end.current = onEnd
  })
  const tier = drag?.tier ?? null
  useEffect(() => {
    if (tier === null) return undefined
    const stop = new AbortController()
    const { signal } = stop
    const move = ({ clientX: x, clientY: y }: MouseEvent): void =>
      setDrag({ tier, ...pointIn(diagram.current, x, y), over: placeAt(x, y) })
    const letGo = ({ clientX, clientY }: MouseEvent): void => {
      const place = placeAt(clientX, clientY)
      setDrag(null)
      if (place !== null) end.current(tier, place)
    }
    const leave = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return
      event.stopPropagation()
      setDrag(null)
    }
    addEventListener('pointermove', move, { signal })
    addEventListener('pointerup', letGo, { signal })
    addEventListener('pointercancel', () => setDrag(null), { signal })
    addEventListener('keydown', leave, { signal, capture: true })
    return () => stop.abort()
  }, [tier, diagram])
  return {
    drag,
    begin(from, event) {
      if (event.button !== 0) return
      // Otherwise the pointer would select text on its way.
      event.preventDefault()
      setDrag({
        tier: from,
        ...pointIn(diagram.current, event.clientX, event.clientY),
        over: null,
      })
    },
  }
}

function pointIn(
  diagram: HTMLElement | null,
  x: number,
  y: number,
): { readonly x: number; readonly y: number } {
  const corner = diagram?.getBoundingClientRect()
  return { x: x - (corner?.left ?? 0), y: y - (corner?.top ?? 0) }
}

function placeAt(x: number, y: number): string | null {
  const place = document.elementFromPoint(x, y)?.closest('[data-place]')
  return place instanceof HTMLElement ? (place.dataset['place'] ?? null) : null
}
