import { Link, type LinkProps } from '@tanstack/react-router'
import { useRef, type ReactElement, type ReactNode } from 'react'
import { LINK_ROW, useLinkRow } from './use-link-row.ts'

/** Tabs of a page are addresses: each is a link, and the open one is where the page is. */
export function TabLinks({
  children,
  label,
}: {
  readonly children: ReactNode
  readonly label: string
}): ReactElement {
  const row = useRef<HTMLElement>(null)
  useLinkRow(row)
  return (
    <nav ref={row} aria-label={label} className={`flex gap-5 ${LINK_ROW}`}>
      {children}
    </nav>
  )
}

interface TabLinkProps extends Pick<LinkProps, 'to' | 'params' | 'search'> {
  readonly children: ReactNode
  readonly count?: ReactNode
}

export function TabLink({ children, count, ...link }: TabLinkProps): ReactElement {
  return (
    <Link
      {...link}
      activeOptions={{ exact: true, includeSearch: false }}
      className="flex h-9 items-center gap-1.5 border-b-2 border-transparent whitespace-nowrap text-ink-2 hover:text-ink"
      activeProps={{ className: 'border-ink! text-ink! font-heading', 'aria-current': 'page' }}
    >
      {children}
      {count !== undefined && <span className="font-normal text-ink-3">{count}</span>}
    </Link>
  )
}

interface SegmentsProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: ReactNode }[]
  readonly onChange: (value: Value) => void
}

/** A choice between a few ways of showing the same thing. */
export function Segments<Value extends string>({
  label,
  value,
  options,
  onChange,
}: SegmentsProps<Value>): ReactElement {
  return (
    <div role="group" aria-label={label} className="inline-flex rounded-2 bg-active p-0.5">
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className="h-6 rounded-1 px-2.5 text-12 font-name text-ink-2 aria-pressed:bg-surface aria-pressed:text-ink aria-pressed:shadow-1 max-drawer:h-10"
        >
          {option.label}
        </button>
      ))}
    </div>
  )
}
