import type { ReactElement, ReactNode } from 'react'

interface SideScrollProps {
  /** What is in it, for people who do not see it. */
  readonly label: string
  readonly className?: string
  readonly children: ReactNode
}

/** What is too wide scrolls in its own area, by keyboard too; the page never scrolls sideways. */
export function SideScroll({ label, className = '', children }: SideScrollProps): ReactElement {
  return (
    <div
      role="region"
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
      tabIndex={0}
      className={`relative overflow-x-auto ${className}`}
    >
      {children}
    </div>
  )
}
