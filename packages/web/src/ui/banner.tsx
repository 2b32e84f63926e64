import type { ReactElement, ReactNode } from 'react'

interface BannerProps {
  readonly icon: ReactNode
  readonly children: ReactNode
  readonly actions?: ReactNode
  /** Something that is not right, or only something to know. */
  readonly look?: 'warning' | 'note'
  /** Interrupts who hears the page: for the lost connection only. */
  readonly isUrgent?: boolean
}

/** A line across the page, above everything else. */
export function Banner({
  icon,
  children,
  actions,
  look = 'note',
  isUrgent = false,
}: BannerProps): ReactElement {
  const tint =
    look === 'warning'
      ? 'bg-wait-tint border-wait-line text-wait'
      : 'bg-sunken border-line text-ink-2'
  return (
    <div
      role={isUrgent ? 'alert' : 'status'}
      className={`flex min-h-9 items-center gap-2.5 border-b px-5 py-1 text-12 ${tint}`}
    >
      {icon}
      <p className="grow">{children}</p>
      {actions}
    </div>
  )
}
