// When the change windows of an environment are, in the reader's own time.

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const NAMES = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const

/** Days and minutes of a window, as its text says them: `Mon-Thu 06:00-16:00 Europe/Berlin`. */
const FORM = /^(?:(\S+) )?(\d\d):(\d\d)-(\d\d):(\d\d) (\S+)$/

export interface Span {
  readonly from: number
  readonly until: number
}

/** The times between two moments in which the window is; none for a text that is no window. */
export function windowTimes(when: string, from: number, until: number): readonly Span[] {
  const [, days, fromHour, fromMinute, untilHour, untilMinute, zone = 'UTC'] = FORM.exec(when) ?? []
  if (fromHour === undefined) return []
  const chosen = days === undefined ? undefined : daysIn(days)
  const begin = Number(fromHour) * 60 + Number(fromMinute)
  const end = Number(untilHour) * 60 + Number(untilMinute)
  const spans: Span[] = []
  // A day earlier and later: midnight of the zone is not that of the reader.
  for (let day = Math.floor(from / DAY_MS) - 1; day * DAY_MS <= until + DAY_MS; day += 1) {
    const name = NAMES[new Date(day * DAY_MS).getUTCDay()]
    if (chosen !== undefined && (name === undefined || !chosen.has(name))) continue
    const span = {
      from: instantIn(zone, day * DAY_MS + begin * MINUTE_MS),
      // Ending before it begins means the next day.
      until: instantIn(zone, (end > begin ? day : day + 1) * DAY_MS + end * MINUTE_MS),
    }
    if (span.until > from && span.from < until) spans.push(span)
  }
  return spans
}

function daysIn(text: string): ReadonlySet<string> {
  const chosen = new Set<string>()
  for (const part of text.split(',')) {
    const [first = '', last = first] = part.split('-')
    const at = NAMES.findIndex((name) => name === first)
    const length = (NAMES.findIndex((name) => name === last) - at + 7) % 7
    for (let step = 0; step <= length; step += 1) chosen.add(NAMES[(at + step) % 7] ?? '')
  }
  return chosen
}

/** The moment at which a clock in this zone shows what a clock in UTC shows at `shown`. */
function instantIn(zone: string, shown: number): number {
  // The offset there at about that time, and once more, should it have changed in between.
  const guess = shown - offsetOf(zone, shown)
  return shown - offsetOf(zone, guess)
}

function offsetOf(zone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(at)
  const of = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value)
  const shown = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'))
  return shown - Math.floor(at / MINUTE_MS) * MINUTE_MS
}
