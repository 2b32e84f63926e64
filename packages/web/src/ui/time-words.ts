// Times and durations as people read them here. UI.md section 2.

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** Between a number and its unit. */
const THIN = '\u202f'

/** `14:32` today, `Mon 15:06` this week, `2 Nov` before and after, with the year when it is another. */
export function timeWords(at: number, now: number): string {
  const [then, today] = [new Date(at), new Date(now)]
  const days = Math.abs(dayOf(then) - dayOf(today))
  if (days === 0) return clockOf(then)
  if (days < 7) return `${then.toLocaleDateString('en-GB', { weekday: 'short' })} ${clockOf(then)}`
  const isThisYear = then.getFullYear() === today.getFullYear()
  return then.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' }),
  })
}

/** The whole moment with its zone, for tooltips. */
export function fullTime(at: number): string {
  return new Date(at).toLocaleString('en-GB', { dateStyle: 'full', timeStyle: 'long' })
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
  return date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
}

/** Days since some day, in the zone of the reader. */
function dayOf(date: Date): number {
  return Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS)
}
