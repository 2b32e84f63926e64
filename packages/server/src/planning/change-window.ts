// Calendar arithmetic of change windows and freezes, with explicit instants and zones.

import type { Day, Window } from '@lockstep/define/check'
import type { Instant } from '@lockstep/domain'

const DAYS: readonly Day[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Whether something may begin at this moment. A window that ends before it begins ends on the next day. */
export function isInWindow(window: Window, at: Instant): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(window.zone)
  const minute = local.hour * 60 + local.minute
  const today = dayOf(local.dayOfWeek)
  if (window.fromMinute < window.untilMinute) {
    return window.days.includes(today) && minute >= window.fromMinute && minute < window.untilMinute
  }
  const yesterday = dayOf(local.dayOfWeek === 1 ? 7 : local.dayOfWeek - 1)
  return (
    (window.days.includes(today) && minute >= window.fromMinute) ||
    (window.days.includes(yesterday) && minute < window.untilMinute)
  )
}

/** The next moment at which one of the windows is open, at most eight days ahead; `at` itself if one is open now. */
export function nextOpening(windows: readonly Window[], at: Instant): Instant | undefined {
  if (windows.some((window) => isInWindow(window, at))) return at
  let earliest: Instant | undefined
  for (const window of windows) {
    const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(window.zone)
    for (let days = 0; days <= 8; days += 1) {
      const day = local.startOfDay().add({ days })
      if (!window.days.includes(dayOf(day.dayOfWeek))) continue
      const opens = day.withPlainTime({
        hour: Math.floor(window.fromMinute / 60),
        minute: window.fromMinute % 60,
      }).epochMilliseconds
      if (opens <= at) continue
      if (earliest === undefined || opens < earliest) earliest = opens
      break
    }
  }
  return earliest
}

function dayOf(dayOfWeek: number): Day {
  return DAYS[dayOfWeek - 1] ?? 'Mon'
}
