import type { ReactElement, ReactNode } from 'react'

interface CardProps {
  readonly children: ReactNode
  readonly className?: string
}

/** A white plane with a hairline. No cards in cards. */
export function Card({ children, className = '' }: CardProps): ReactElement {
  return (
    <div
      className={`overflow-hidden rounded-3 border border-line bg-surface shadow-1 ${className}`}
    >
      {children}
    </div>
  )
}

interface SectionProps {
  readonly title: string
  /** A number or a few words behind the title. */
  readonly count?: ReactNode
  readonly aside?: ReactNode
  readonly children: ReactNode
  readonly className?: string
}

/** A heading above a card, for the parts of a page. */
export function Section({
  title,
  count,
  aside,
  children,
  className = '',
}: SectionProps): ReactElement {
  return (
    <section aria-label={title} className={className}>
      <header className="mb-2 flex min-h-5 items-center gap-2">
        <h2 className="shrink-0 text-13">{title}</h2>
        {count !== undefined && <span className="text-ink-3">{count}</span>}
        <div className="ml-auto flex items-center gap-2 text-12 text-ink-3">{aside}</div>
      </header>
      {children}
    </section>
  )
}

/** A card with its heading inside, for the right column of a page. */
export function TitledCard({
  title,
  count,
  aside,
  children,
  className = '',
}: SectionProps): ReactElement {
  return (
    <section aria-label={title} className={className}>
      <Card>
        <header className="flex h-10 items-center gap-2 border-b border-line px-3.5">
          <h2 className="shrink-0 text-13">{title}</h2>
          {count !== undefined && <span className="text-12 text-ink-3">{count}</span>}
          <div className="ml-auto flex items-center gap-2 text-12 text-ink-3">{aside}</div>
        </header>
        {children}
      </Card>
    </section>
  )
}
