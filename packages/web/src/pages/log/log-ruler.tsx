import type { ReactElement } from 'react'
import { shareMarks } from './ruler-marks.ts'
import type { LogRows } from './log-rows.ts'

interface LogRulerProps {
  readonly rows: LogRows
  readonly errors: readonly number[]
  readonly warnings: readonly number[]
  readonly hits: readonly number[]
  readonly onGo: (row: number) => void
}

/** Where in the log errors, warnings and hits are. The same is reached by keys and by the list of what broke. */
export function LogRuler({ rows, errors, warnings, hits, onGo }: LogRulerProps): ReactElement {
  return (
    <div
      aria-hidden
      onClick={(event) => {
        const box = event.currentTarget.getBoundingClientRect()
        onGo(Math.floor(((event.clientY - box.top) / box.height) * rows.count))
      }}
      className="relative w-3 shrink-0 cursor-pointer border-l border-line bg-sunken max-drawer:hidden"
    >
      {shareMarks(rows, warnings).map((share) => (
        <Mark key={share} share={share} className="inset-x-0.5 bg-wait-solid" />
      ))}
      {shareMarks(rows, errors).map((share) => (
        <Mark key={share} share={share} className="inset-x-0.5 bg-fail-solid" />
      ))}
      {shareMarks(rows, hits).map((share) => (
        <Mark key={share} share={share} className="right-0 w-1.5 bg-ink-3" />
      ))}
    </div>
  )
}

function Mark({
  share,
  className,
}: {
  readonly share: number
  readonly className: string
}): ReactElement {
  return <span style={{ top: `${share}%` }} className={`absolute h-0.5 ${className}`} />
}
