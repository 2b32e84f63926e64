// The calendar of changes: what is planned when, against what has happened.

import type { Calendar } from '../documents.ts'
import { MARKS } from '../terminal/style.ts'
import { presentTable } from './layout.ts'
import { msOf, presentMoment, type View } from './time.ts'

type Entry = Calendar['items'][number]

/** The view of `release calendar`. */
export function presentCalendar(items: readonly Entry[], { width, zone }: View): string {
  if (items.length === 0) return 'Nothing is planned, and nothing is frozen.'
  const day = (timestamp: string | null, isDay: boolean): string => {
    if (timestamp === null) return ''
    // A planned day is a day of its own, wherever it is read.
    const text = presentMoment(msOf(timestamp), isDay ? 'UTC' : zone)
    return isDay ? text.replace(/ \d\d:\d\d$/, '') : text
  }
  return presentTable(
    [
      { title: 'planned', value: ({ at, isDay }) => day(at, isDay) },
      {
        title: 'what',
        value: ({ kind, subject, title }) => (kind === 'stage' ? subject : `freeze: ${title}`),
      },
      { title: 'stage', value: ({ stage }) => stage ?? '' },
      { title: 'environment', value: ({ environment }) => environment ?? '', goes: 1 },
      { title: 'stands', value: (entry) => standing(entry, day) },
    ],
    items,
    width,
  )
}

function standing(
  { state, begun, until, isDay }: Entry,
  moment: (timestamp: string | null, isDay: boolean) => string,
): string {
  switch (state) {
    case 'planned':
      return `${MARKS.scheduled} planned`
    case 'late':
      return `${MARKS.errored} late, not begun`
    case 'under_way':
      return `${MARKS.running} since ${moment(begun, false)}`
    case 'done':
      return `${MARKS.passed} ${moment(until, false)}`
    case 'failed':
      return `${MARKS.failed} ${moment(until, false)}`
    case 'frozen':
      return until === null ? 'until somebody ends it' : `until ${moment(until, isDay)}`
  }
}
