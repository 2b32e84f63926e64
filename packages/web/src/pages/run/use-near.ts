import { useEffect, useState, type RefObject } from 'react'

/** How far beyond its edge what scrolls is drawn already: about two stages. */
const NEAR = '400px'

/** So many parts come or go before one picture: all that are seen first, at once, would hold the page up. */
const PARTS_PER_FRAME = 1

/** What is to be drawn of each part that has moved into sight or out of it, and has not had its turn. */
const waiting = new Map<(isNear: boolean) => void, boolean>()
/** Whether the next picture has been asked for. */
let isAsked = false

/** Tells a part in its turn. Moved again before that, it hears the last of it only. */
function tellInTurn(tell: (isNear: boolean) => void, isNear: boolean): void {
  if (!isAsked) requestAnimationFrame(tellNext)
  isAsked = true
  waiting.delete(tell)
  waiting.set(tell, isNear)
}

function tellNext(): void {
  for (const [tell, isNear] of [...waiting].slice(0, PARTS_PER_FRAME)) {
    waiting.delete(tell)
    tell(isNear)
  }
  isAsked = waiting.size > 0
  if (isAsked) requestAnimationFrame(tellNext)
}

/** Whether this part of something that scrolls is seen, or soon will be; `isAlways`: there is so little that all is drawn. */
export function useIsNear(
  part: RefObject<HTMLElement | null>,
  area: RefObject<HTMLElement | null>,
  isAlways: boolean,
): boolean {
  const [isNear, setIsNear] = useState(false)
  useEffect(() => {
    if (isAlways || part.current === null) return undefined
    const observer = new IntersectionObserver(
      (entries) => tellInTurn(setIsNear, entries.at(-1)?.isIntersecting === true),
      { root: area.current, rootMargin: `0px ${NEAR}` },
    )
    observer.observe(part.current)
    return () => {
      observer.disconnect()
      waiting.delete(setIsNear)
    }
  }, [part, area, isAlways])
  return isAlways || isNear
}

/** Brings the stage of this name into sight whenever it is another one. */
export function useInView(area: RefObject<HTMLElement | null>, stage: string | undefined): void {
  useEffect(() => {
    const column = area.current?.querySelector(`[data-stage="${stage}"]`)
    column?.scrollIntoView({ inline: 'nearest', block: 'nearest' })
  }, [area, stage])
}
