import type { ReactElement } from 'react'

/** What definitions call an agent by. */
export function Labels({ of }: { readonly of: readonly string[] }): ReactElement {
  if (of.length === 0) return <span className="text-12 text-ink-3">none</span>
  return (
    <span className="flex flex-wrap gap-1">
      {of.map((label) => (
        <span
          key={label}
          className="rounded-full border border-line-strong px-1.5 text-11 whitespace-nowrap text-ink-2"
        >
          {label}
        </span>
      ))}
    </span>
  )
}
