import type { ReactElement } from 'react'
import { useNow } from '../../lib/now.ts'
import { durationWords } from '../../ui/time-words.ts'
import { medianTimes, type StepStand } from './step-stands.ts'

interface MedianTimesProps {
  readonly stands: ReadonlyMap<string, StepStand>
  /** Nothing goes on any more. */
  readonly isOver: boolean
  readonly selected: string | undefined
}

/** Where the resource in the middle spends its time, step by step; waiting is hatched. */
export function MedianTimes({ stands, isOver, selected }: MedianTimesProps): ReactElement | null {
  const now = useNow(isOver ? undefined : 1_000)
  const parts = medianTimes(stands, now)
  if (parts.length === 0) return null
  const sum = parts.reduce((total, { ms }) => total + ms, 0)
  return (
    <section
      aria-label="Where the time goes"
      className="shrink-0 border-t border-line bg-surface px-4 py-3 drawer:px-5"
    >
      <h3 className="mb-2 text-13">
        Where a median resource spends its time{' '}
        <span className="ml-1 font-normal text-ink-2">{durationWords(sum)} in all</span>
      </h3>
      <ol className="flex gap-0.5">
        {parts.map(({ step, ms, share, isWaiting }) => (
          <li
            key={`${step}${isWaiting ? ' waits' : ''}`}
            title={`${isWaiting ? `Waits before ${step}` : step}: ${durationWords(ms)}`}
            style={{ flexBasis: `${share}%` }}
            className={`min-w-4 shrink grow overflow-hidden rounded-1 border px-1.5 py-1 text-11 ${step === selected && !isWaiting ? 'border-accent bg-accent-tint' : 'border-transparent bg-active'} ${isWaiting ? 'ls-hatched' : ''}`}
          >
            <span className="block truncate font-heading">
              {isWaiting ? <span className="sr-only">waits before {step}</span> : step}
              {isWaiting && <span aria-hidden>&nbsp;</span>}
            </span>
            <span className="block truncate text-ink-2">{durationWords(ms)}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
