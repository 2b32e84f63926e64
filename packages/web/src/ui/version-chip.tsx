import type { ReactElement } from 'react'

const LOOKS = {
  neutral: 'bg-idle-tint border-transparent text-ink',
  from: 'border-line-strong text-ink',
  to: 'bg-ink border-ink text-on-ink',
} as const

interface VersionChipProps {
  readonly version: string
  readonly look?: keyof typeof LOOKS
}

/** A version, never cut short: let the row wrap instead. */
export function VersionChip({ version, look = 'neutral' }: VersionChipProps): ReactElement {
  return (
    <span
      className={`inline-flex max-w-full rounded-1 border px-1 font-mono text-12 leading-4.5 wrap-break-word ${LOOKS[look]}`}
    >
      {version}
    </span>
  )
}

interface VersionChangeProps {
  /** null: there was nothing before. */
  readonly from: string | null
  readonly to: string | null
}

/** From → to, always in this order; the same version is put there again. */
export function VersionChange({ from, to }: VersionChangeProps): ReactElement {
  if (from !== null && from === to) {
    return (
      <span className="inline-flex flex-wrap items-center gap-1.5">
        <span className="text-12 text-ink-3">again</span>
        <VersionChip version={to} look="to" />
      </span>
    )
  }
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      {from === null ? (
        <span className="text-12 text-ink-3">new</span>
      ) : (
        <VersionChip version={from} look="from" />
      )}
      <span className="text-ink-3" aria-label="to" role="img">
        →
      </span>
      {to === null ? (
        <span className="text-12 text-ink-3">taken away</span>
      ) : (
        <VersionChip version={to} look="to" />
      )}
    </span>
  )
}
