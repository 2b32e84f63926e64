import type { ReactElement, ReactNode } from 'react'

interface EmptyProps {
  readonly title: string
  /** What this place is for, in one sentence. */
  readonly children: ReactNode
  /** The one action, and an example to try. */
  readonly actions?: ReactNode
  /** A small drawing or icon. */
  readonly picture?: ReactNode
}

/** A place where nothing is yet, or where a filter finds nothing. */
export function Empty({ title, children, actions, picture }: EmptyProps): ReactElement {
  return (
    <div className="flex flex-col items-center px-6 py-10 text-center">
      {picture !== undefined && <div className="mb-3 text-ink-3">{picture}</div>}
      <p className="text-14 font-heading">{title}</p>
      <p className="mt-1 max-w-80 text-12 text-pretty text-ink-2 [&_code]:whitespace-nowrap">
        {children}
      </p>
      {actions !== undefined && (
        <div className="mt-4 flex flex-wrap justify-center gap-2">{actions}</div>
      )}
    </div>
  )
}
