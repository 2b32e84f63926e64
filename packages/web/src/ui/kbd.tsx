import type { ReactElement } from 'react'

/** A key, as it stands on the keyboard. */
export function Kbd({ children }: { readonly children: string }): ReactElement {
  return (
    <kbd className="inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-1 border border-line bg-sunken px-1 font-sans text-11 text-ink-3">
      {children}
    </kbd>
  )
}
