import type { ReactElement } from 'react'
import { useNow } from '../lib/now.ts'
import { clockDuration, durationWords, fullTime, timeWords } from './time-words.ts'

/** A moment in short words, whole in its tooltip, and readable by machines. `at`: as the wire has it, or in milliseconds. */
export function Time({ at }: { readonly at: string | number }): ReactElement {
  const now = useNow(60_000)
  const ms = typeof at === 'string' ? Date.parse(at) : at
  return (
    <time dateTime={new Date(ms).toISOString()} title={fullTime(ms)} className="whitespace-nowrap">
      {timeWords(ms, now)}
    </time>
  )
}

interface DurationProps {
  readonly from: string
  /** null: it goes on, and ticks. */
  readonly to?: string | null
  /** `4:12` in tables, `4 min` in text. */
  readonly form?: 'clock' | 'words'
}

/** How long something took, or takes until now. */
export function Duration({ from, to = null, form = 'words' }: DurationProps): ReactElement {
  const now = useNow(to === null ? 1_000 : undefined)
  const ms = (to === null ? now : Date.parse(to)) - Date.parse(from)
  return (
    <span className="whitespace-nowrap">
      {form === 'clock' ? clockDuration(ms) : durationWords(ms)}
    </span>
  )
}
