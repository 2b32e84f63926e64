import { useEffect, useRef, type ReactElement, type ReactNode, type RefObject } from 'react'

interface SideScrollProps {
  /** What is in it, for people who do not see it. */
  readonly label: string
  readonly className?: string
  /** What scrolls, for who has to know its size. */
  readonly area?: RefObject<HTMLDivElement | null>
  readonly children: ReactNode
}

/** What is too wide scrolls in its own area, by keyboard too, and fades out where more follows; the page never scrolls sideways. */
export function SideScroll({
  label,
  className = '',
  area: known,
  children,
}: SideScrollProps): ReactElement {
  const own = useRef<HTMLDivElement>(null)
  const area = known ?? own
  useMoreMark(area)
  return (
    <div
      ref={area}
      role="region"
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
      tabIndex={0}
      className={`relative overflow-x-auto data-more:mask-r-from-[calc(100%-2.5rem)] ${className}`}
    >
      {children}
    </div>
  )
}

/** Marks an area while something of it is out of sight at the right; it is not drawn again for that. */
export function useMoreMark(area: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = area.current
    if (element === null) return undefined
    const mark = (): void => {
      const { scrollLeft, clientWidth, scrollWidth } = element
      element.toggleAttribute('data-more', scrollLeft + clientWidth < scrollWidth - 1)
    }
    const sizes = new ResizeObserver(mark)
    sizes.observe(element)
    for (const child of element.children) sizes.observe(child)
    element.addEventListener('scroll', mark, { passive: true })
    return () => {
      sizes.disconnect()
      element.removeEventListener('scroll', mark)
    }
  }, [area])
}
