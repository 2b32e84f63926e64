import { Lock } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'

/** In place of an action that the reader may not do: who may. */
export function MayNot({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <p className="flex items-start gap-2 rounded-2 border border-line bg-sunken px-2.5 py-1.5 text-12 text-ink-2">
      <Lock size={13} aria-hidden className="mt-0.5 shrink-0 text-ink-3" />
      <span className="min-w-0">{children}</span>
    </p>
  )
}
