import { Search, X } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { useRef } from 'react'
import { useKeys } from '../lib/keys/use-keys.ts'
import { Kbd } from './kbd.tsx'

interface FilterBarProps {
  /** "Name, pipeline or version". */
  readonly placeholder: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** Further choices, right of the field. */
  readonly children?: ReactNode
}

/** The filter of a list. `/` goes to it, Escape leaves it; what is filtered stands in the address. */
export function FilterBar({
  placeholder,
  value,
  onChange,
  children,
}: FilterBarProps): ReactElement {
  const field = useRef<HTMLInputElement>(null)
  useKeys([
    {
      keys: '/',
      label: 'Filter this list',
      group: 'On this page',
      run: () => field.current?.focus(),
    },
  ])
  return (
    <search className="flex flex-wrap items-center gap-2 max-drawer:w-full">
      <label className="relative flex h-7 min-w-52 items-center max-drawer:h-11 max-drawer:w-full">
        <span className="sr-only">{placeholder}</span>
        <Search
          size={14}
          aria-hidden
          className="pointer-events-none absolute left-2.5 text-ink-3"
        />
        <input
          ref={field}
          type="text"
          value={value}
          placeholder={placeholder}
          onChange={(event) => onChange(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') field.current?.blur()
          }}
          className="size-full rounded-2 border border-line-strong bg-surface px-8 text-13 hover:border-ink-4 max-drawer:text-16"
        />
        <span className="absolute right-1 flex">
          {value === '' ? (
            <span className="flex max-drawer:hidden">
              <Kbd>/</Kbd>
            </span>
          ) : (
            <button
              type="button"
              aria-label="Clear filter"
              onClick={() => onChange('')}
              className="inline-flex size-6 items-center justify-center"
            >
              <X size={13} aria-hidden />
            </button>
          )}
        </span>
      </label>
      {children}
    </search>
  )
}
