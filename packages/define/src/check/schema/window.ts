const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const

/** A day of the week as windows write it. */
export type Day = (typeof DAYS)[number]

/** A time of the week in which something may begin. `until` before `from` means the next day. */
export type Window = {
  readonly days: readonly Day[]
  /** Minutes since midnight. */
  readonly fromMinute: number
  readonly untilMinute: number
  /** A time zone by name, or each device's own time. */
  readonly zone: string
}

/** The zone of a window that follows every device's own clock. */
export const DEVICE_TIME = 'device time'

const WINDOW_PATTERN =
  /^(?:((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:[-,](?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)){0,6}) )?(\d{2}):(\d{2})-(\d{2}):(\d{2}) (device time|[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+){0,2})$/

/** The window of a text such as `Mon-Thu 06:00-16:00 Europe/Berlin` or `18:00-12:00 device time`; undefined if it is none. */
export function parseWindow(text: string): Window | undefined {
  const match = WINDOW_PATTERN.exec(text)
  if (match === null) return undefined
  const [, days, fromHour, fromMinute, untilHour, untilMinute, zone = ''] = match
  const from = minuteOfDay(fromHour, fromMinute)
  const until = minuteOfDay(untilHour, untilMinute)
  if (from === undefined || until === undefined || from === until) return undefined
  if (zone !== DEVICE_TIME && !isZone(zone)) return undefined
  return {
    days: days === undefined ? DAYS : daysOf(days),
    fromMinute: from,
    untilMinute: until,
    zone,
  }
}

function minuteOfDay(hour = '', minute = ''): number | undefined {
  const minutes = Number(hour) * 60 + Number(minute)
  return Number(minute) < 60 && minutes <= 24 * 60 ? minutes : undefined
}

function daysOf(text: string): Day[] {
  const chosen = new Set<Day>()
  for (const part of text.split(',')) {
    const [first, last = first] = part.split('-')
    const from = DAYS.findIndex((day) => day === first)
    const length = (DAYS.findIndex((day) => day === last) - from + 7) % 7
    for (let step = 0; step <= length; step++) {
      const day = DAYS[(from + step) % 7]
      if (day !== undefined) chosen.add(day)
    }
  }
  return DAYS.filter((day) => chosen.has(day))
}

/** Whether this is the name of a time zone. */
export function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const DATE_PATTERN = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2}))?$/

/** Whether this is a date, `2026-12-18`, or a time with its zone, `2026-11-18T06:00+01:00`. */
export function isDateOrTime(text: string): boolean {
  if (!DATE_PATTERN.test(text)) return false
  const day = text.slice(0, 10)
  return (
    !Number.isNaN(Date.parse(text)) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
  )
}
