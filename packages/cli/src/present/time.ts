// Times and spans for people.

import { UsageRefusal } from '../command/failure.ts'

/** What a presenter knows about its reader: the screen, the zone and the moment. */
export interface View {
  readonly width: number
  readonly zone: string
  readonly nowMs: number
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
const MONTHS = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const
const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000]
/** Within so many days a weekday says more than a date. */
const WEEKDAY_MS_MAX = 6 * DAY

/** Milliseconds of a time stamp. */
export function msOf(timestamp: string): number {
  return Date.parse(timestamp)
}

/** `Mon 16 Nov 15:24` */
export function presentMoment(ms: number, zone: string): string {
  const at = zoned(ms, zone)
  return `${DAYS[at.dayOfWeek - 1] ?? ''} ${at.day} ${MONTHS[at.month - 1] ?? ''} ${clockOf(at)}`
}

/** `16 Nov 2026 15:24`, for what is kept */
export function presentDated(timestamp: string, zone: string): string {
  const at = zoned(msOf(timestamp), zone)
  return `${at.day} ${MONTHS[at.month - 1] ?? ''} ${at.year} ${clockOf(at)}`
}

/** `16 Nov 2026 15:24:08`, for what is proved */
export function presentSecond(ms: number, zone: string): string {
  const at = zoned(ms, zone)
  const second = String(at.second).padStart(2, '0')
  return `${at.day} ${MONTHS[at.month - 1] ?? ''} ${at.year} ${clockOf(at)}:${second}`
}

/** `14:32:08` today, `16 Nov 2026 15:24:08` on other days */
export function presentExact(timestamp: string, { zone, nowMs }: View): string {
  const at = zoned(msOf(timestamp), zone)
  const whole = presentSecond(msOf(timestamp), zone)
  return at.toPlainDate().equals(zoned(nowMs, zone).toPlainDate())
    ? (whole.split(' ').at(-1) ?? whole)
    : whole
}

/** `14:32` today, `Wed 06:00` within days, `3 Sep` in this year, `3 Sep 2025` before. */
export function presentTime(timestamp: string, { zone, nowMs }: View): string {
  const ms = msOf(timestamp)
  const at = zoned(ms, zone)
  const now = zoned(nowMs, zone)
  if (at.toPlainDate().equals(now.toPlainDate())) return clockOf(at)
  if (Math.abs(ms - nowMs) < WEEKDAY_MS_MAX) return `${DAYS[at.dayOfWeek - 1] ?? ''} ${clockOf(at)}`
  const day = `${at.day} ${MONTHS[at.month - 1] ?? ''}`
  return at.year === now.year ? day : `${day} ${at.year}`
}

/** `Thu 19 Nov 2026, 10:05 Europe/Berlin` */
export function presentPast(timestamp: string, zone: string): string {
  const at = zoned(msOf(timestamp), zone)
  return `${DAYS[at.dayOfWeek - 1] ?? ''} ${at.day} ${MONTHS[at.month - 1] ?? ''} ${at.year}, ${clockOf(at)} ${zone}`
}

/** How long work took or takes: `5:41`, `22 h 48 m`, `1 d 4 h`. */
export function presentElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND))
  if (ms < HOUR) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ${Math.floor((ms % HOUR) / MINUTE)} m`
  return `${Math.floor(ms / DAY)} d ${Math.floor((ms % DAY) / HOUR)} h`
}

/** How long somebody has waited: `12 s`, `42 min`, `1 h 42 min`, `3 d`. */
export function presentWait(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / SECOND))} s`
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`
  if (ms < DAY) {
    const minutes = Math.floor((ms % HOUR) / MINUTE)
    return minutes === 0
      ? `${Math.floor(ms / HOUR)} h`
      : `${Math.floor(ms / HOUR)} h ${minutes} min`
  }
  return `${Math.floor(ms / DAY)} d`
}

/** Milliseconds between two time stamps, up to now when the second has not come. */
export function elapsedBetween(
  from: string | null,
  to: string | null,
  nowMs: number,
): number | undefined {
  if (from === null) return undefined
  return (to === null ? nowMs : msOf(to)) - msOf(from)
}

/** `14:30`, `2026-11-17T14:30Z`, `2026-11-17 14:30`, `2h ago`: the moment that a person means, undefined when it is none. */
export function parseTime(
  text: string,
  { zone, nowMs }: Pick<View, 'zone' | 'nowMs'>,
): number | undefined {
  const ago = /^(\d{1,4})\s*(s|m|min|h|d)(?:\s+ago)?$/.exec(text)
  if (ago !== null) {
    const unit = { s: SECOND, m: MINUTE, min: MINUTE, h: HOUR, d: DAY }[ago[2] ?? ''] ?? Number.NaN
    return nowMs - Number(ago[1]) * unit
  }
  const today = zoned(nowMs, zone).toPlainDate().toString()
  const withDay = /^\d\d:\d\d(:\d\d)?$/.test(text) ? `${today}T${text}` : text.replace(' ', 'T')
  try {
    if (/(Z|[+-]\d\d:?\d\d)$/.test(withDay)) return Temporal.Instant.from(withDay).epochMilliseconds
    return Temporal.PlainDateTime.from(withDay).toZonedDateTime(zone).epochMilliseconds
  } catch {
    return undefined
  }
}

/** The moment that a flag names; undefined when it was not given, refused when it names none. */
export function timeOf(
  flag: string,
  text: string | undefined,
  view: Pick<View, 'zone' | 'nowMs'>,
): number | undefined {
  if (text === undefined) return undefined
  const ms = parseTime(text, view)
  if (ms !== undefined) return ms
  throw new UsageRefusal(
    `--${flag} takes a time such as 14:30, 2026-11-17 or "2026-11-17 14:30", not "${text}".`,
  )
}

function zoned(ms: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone)
}

function clockOf(at: Temporal.ZonedDateTime): string {
  return `${String(at.hour).padStart(2, '0')}:${String(at.minute).padStart(2, '0')}`
}
