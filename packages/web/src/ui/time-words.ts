// Times and durations as people read them here. UI.md section 2.

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
// Made once: a page may show a thousand moments, and making a format takes longer than using it.
const WEEKDAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short' })
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const DAY_OF_YEAR = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
})
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const WHOLE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' })
/** Between a number and its unit. */
const THIN = '\u202f'

/** `14:32` today, `Mon 15:06` this week, `2 Nov` before and after, with the year when it is another. */
export function timeWords(at: number, now: number): string {
  const [then, today] = [new Date(at), new Date(now)]
  const days = Math.abs(dayOf(then) - dayOf(today))
  if (days === 0) return clockOf(then)
  if (days < 7) return `${WEEKDAY.format(then)} ${clockOf(then)}`
  return (then.getFullYear() === today.getFullYear() ? DAY : DAY_OF_YEAR).format(then)
}

/** The whole moment with its zone, for tooltips. */
export function fullTime(at: number): string {
  return WHOLE.format(at)
}

/** `4:12` in tables; `1:04:12` from an hour on. */
export function clockDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const two = (n: number): string => String(n).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** `12 s`, `42 min`, `1 h 42 m`, `3 d 4 h` in text. */
export function durationWords(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(0, Math.floor(ms / 1000))}${THIN}s`
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)}${THIN}min`
  const [big, small, unit, rest] =
    ms < DAY_MS
      ? [Math.floor(ms / HOUR_MS), Math.floor(ms / MINUTE_MS) % 60, 'h', 'm']
      : [Math.floor(ms / DAY_MS), Math.floor(ms / HOUR_MS) % 24, 'd', 'h']
  return small === 0 ? `${big}${THIN}${unit}` : `${big}${THIN}${unit} ${small}${THIN}${rest}`
}

function clockOf(date: Date): string {
  return CLOCK.format(date)
}

/** Days since some day, in the zone of the reader. */
function dayOf(date: Date): number {
  return Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS)
}
