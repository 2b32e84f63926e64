import { ChevronDown, ChevronUp, Search } from 'lucide-react'
import { useEffect, useRef, useState, type ReactElement } from 'react'
import { useKeys } from '../../lib/keys/use-keys.ts'
import type { Hits } from './use-hits.ts'

/** The address and the server follow when nothing was typed for this long. */
const PAUSE_MS = 200

interface LogSearchProps {
  readonly hits: Hits
  readonly onSearch: (words: string) => void
  readonly onStep: (step: 1 | -1) => void
}

/** Searches the whole log. Enter and N go to the next hit. */
export function LogSearch({ hits, onSearch, onStep }: LogSearchProps): ReactElement {
  const field = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState(hits.words)
  useEffect(() => {
    if (typed === hits.words) return undefined
    const timer = setTimeout(() => onSearch(typed), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed, hits.words, onSearch])
  useKeys([
    {
      keys: '/',
      label: 'Search this log',
      group: 'On this page',
      run: () => field.current?.select(),
    },
  ])
  return (
    <search className="relative flex h-7 w-62 items-center max-drawer:h-11 max-drawer:w-full">
      <Search size={14} aria-hidden className="pointer-events-none absolute left-2.5 text-ink-3" />
      <input
        ref={field}
        type="text"
        aria-label="Search this log"
        placeholder="Search this log"
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') field.current?.blur()
          if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1)
        }}
        className="size-full rounded-2 border border-line-strong bg-surface pr-30 pl-8 text-13 hover:border-ink-4 max-drawer:text-16"
      />
      {typed !== '' && (
        <span className="absolute right-1 flex items-center text-12 text-ink-3">
          <span role="status" className="mr-1">
            {hitWords(hits)}
          </span>
          <Step label="Previous hit" onClick={() => onStep(-1)}>
            <ChevronUp size={14} aria-hidden />
          </Step>
          <Step label="Next hit" onClick={() => onStep(1)}>
            <ChevronDown size={14} aria-hidden />
          </Step>
        </span>
      )}
    </search>
  )
}

function hitWords({ count, current, error }: Hits): string {
  if (error !== null && error !== undefined) return 'not searched'
  if (count === undefined) return '…'
  const all = count.toLocaleString('en')
  if (count === 0) return 'no hit'
  return current === null ? `${all} ${count === 1 ? 'hit' : 'hits'}` : `${current + 1} of ${all}`
}

function Step({
  label,
  onClick,
  children,
}: {
  readonly label: string
  readonly onClick: () => void
  readonly children: ReactElement
}): ReactElement {
  return (
    <button
      type="button"
      aria-label={label}
      onClick={onClick}
      className="inline-flex size-6 items-center justify-center rounded-1 hover:bg-hover max-drawer:size-9"
    >
      {children}
    </button>
  )
}
