import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'

interface ViewTabProps extends Pick<LinkProps, 'to' | 'params' | 'search'> {
  readonly isHere: boolean
  readonly count?: ReactNode
  readonly children: ReactNode
}

/** As `TabLink`, but what is shown stands behind the question mark. */
export function ViewTab({ isHere, count, children, ...link }: ViewTabProps): ReactElement {
  return (
    <Link
      {...link}
      aria-current={isHere ? 'page' : undefined}
      className={`flex h-9 items-center gap-1.5 border-b-2 whitespace-nowrap ${isHere ? 'border-ink font-heading text-ink' : 'border-transparent text-ink-2 hover:text-ink'}`}
    >
      {children}
      {count !== undefined && <span className="font-normal text-ink-3">{count}</span>}
    </Link>
  )
}
