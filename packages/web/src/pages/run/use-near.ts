import { useEffect, useState, type RefObject } from 'react'
import { createTurns } from './turns.ts'

/** How far beyond its edge what scrolls is drawn already: about two stages. */
const NEAR = '400px'

const turns = createTurns((draw) => requestAnimationFrame(draw))

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
      (entries) => turns.take(setIsNear, entries.at(-1)?.isIntersecting === true),
      { root: area.current, rootMargin: `0px ${NEAR}` },
    )
    observer.observe(part.current)
    return () => {
      observer.disconnect()
      turns.leave(setIsNear)
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
