import type { ReactElement } from 'react'

/** A line of what is coming; nothing for the first 150 ms. */
export function SkeletonLine({
  className = 'w-40',
}: {
  readonly className?: string
}): ReactElement {
  return <span className={`ls-late block h-3 rounded-1 bg-active ${className}`} />
}

/** Rows in the shape of a list while it loads. */
export function SkeletonRows({ rows = 3 }: { readonly rows?: number }): ReactElement {
  return (
    <div role="status" aria-label="Loading" className="ls-late divide-y divide-line">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex items-center gap-6 px-4 py-3.5">
          <div className="grow space-y-2">
            <SkeletonLine className="w-2/5" />
            <SkeletonLine className="h-2.5 w-1/4" />
          </div>
          <SkeletonLine className="h-4 w-20" />
        </div>
      ))}
    </div>
  )
}
