// The calendar of changes: what is planned when, against what has happened.

import type { Instant } from '../kernel/instant.ts'

export const CALENDAR_STATES = ['planned', 'late', 'under_way', 'done', 'failed', 'frozen'] as const
export type CalendarState = (typeof CALENDAR_STATES)[number]

const DAY_MS = 86_400_000

/** A stage of a release: when it is planned to begin, and what has become of it. */
export interface PlannedStage {
  /** null: nobody has planned it. */
  readonly at: Instant | null
  /** A whole day is planned, in UTC. */
  readonly isDay: boolean
  readonly begun: Instant | null
  readonly ended: Instant | null
  readonly outcome: 'succeeded' | 'other' | null
}

/** How a planned stage stands: late is what should have begun and has not; of a day, when the day is over. */
export function calendarState(
  { at, isDay, begun, ended, outcome }: PlannedStage,
  now: Instant,
): CalendarState {
  if (ended !== null) return outcome === 'succeeded' ? 'done' : 'failed'
  if (begun !== null) return 'under_way'
  return at !== null && now >= at + (isDay ? DAY_MS : 0) ? 'late' : 'planned'
}

/** Whether something that goes from one moment to another touches a period; an end that is open is never over. */
export function touchesPeriod(
  { from, until }: { readonly from: Instant; readonly until: Instant | null },
  period: { readonly from: Instant | undefined; readonly until: Instant | undefined },
): boolean {
  const beginsBefore = period.until === undefined || from < period.until
  const endsAfter = period.from === undefined || until === null || until >= period.from
  return beginsBefore && endsAfter
}
