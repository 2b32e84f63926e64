// Days with change windows, freezes and what releases plan and do, as shares of the width.

import { isTerminalStatus } from '@lockstep/domain'
import type { Environment } from '../../lib/inventory.ts'
import type { Release, Run } from '../../lib/runs.ts'
import { windowTimes } from './window-times.ts'

export interface CalendarDay {
  /** `Tue 17`. */
  readonly label: string
  /** For people who do not see it: `Tuesday 17 November`. */
  readonly name: string
  readonly isToday: boolean
  readonly isWeekend: boolean
}

/** From 0 to 100. */
export interface Share {
  readonly left: number
  readonly width: number
}

export interface CalendarBar extends Share {
  readonly key: string
  readonly release: Release
  /** `Production of Connected Car 2.0`. */
  readonly words: string
  readonly kind: 'planned' | 'late' | 'running' | 'waiting' | 'done' | 'failed'
  /** Which line below the days. */
  readonly row: number
  /** Nothing stands right of it in its line: its words may go on there. */
  readonly isLast: boolean
}

export interface Calendar {
  readonly days: readonly CalendarDay[]
  readonly windows: readonly (Share & { readonly key: string; readonly words: string })[]
  readonly freezes: readonly (Share & { readonly key: string; readonly words: string })[]
  readonly bars: readonly CalendarBar[]
  readonly rows: number
  /** Where now is; null: not in these days. */
  readonly now: number | null
}

interface CalendarInput {
  /** Any moment of the first day. */
  readonly from: number
  readonly days: number
  readonly now: number
  readonly environments: readonly Environment[]
  readonly releases: readonly { readonly release: Release; readonly run: Run | undefined }[]
}

const BAR_WIDTH_MIN = 1.5

/** Lays out whole days of the reader, which may have 23 or 25 hours. */
export function layoutCalendar(input: CalendarInput): Calendar {
  const { from, days: count, now, environments } = input
  const starts = Array.from({ length: count + 1 }, (_, day) => midnightAfter(from, day))
  const [begin = 0, end = 0] = [starts[0], starts.at(-1)]
  const at = (ms: number): number => {
    const day = starts.findLastIndex((start) => start <= ms)
    if (day < 0) return 0
    if (day >= count) return 100
    const [start = 0, next = 1] = [starts[day], starts[day + 1]]
    return (100 * (day + (ms - start) / (next - start))) / count
  }
  const share = (a: number, b: number): Share | undefined => {
    if (b <= begin || a >= end) return undefined
    const left = at(a)
    return { left, width: Math.max(BAR_WIDTH_MIN, at(b) - left) }
  }
  const windows = environments.flatMap(({ id, title, windows: of }) =>
    of.flatMap(({ name, when }) =>
      windowTimes(when, begin, end).flatMap((span) => {
        const place = share(span.from, span.until)
        return place === undefined
          ? []
          : [{ ...place, key: `${id} ${name} ${span.from}`, words: `${title}: ${name}, ${when}` }]
      }),
    ),
  )
  const freezes = environments.flatMap((environment) =>
    freezesOf(environment, end).flatMap(({ name, from: a, until }) => {
      const place = share(a, until)
      const words = `${environment.title} is frozen: ${name}`
      return place === undefined ? [] : [{ ...place, key: `${environment.id} ${name} ${a}`, words }]
    }),
  )
  const { bars, rows } = barsOf(input, share)
  return {
    days: starts.slice(0, count).map((start) => dayOf(start, now)),
    windows,
    freezes,
    bars,
    rows,
    now: now >= begin && now < end ? at(now) : null,
  }
}

function freezesOf(
  { freezes, frozen }: Environment,
  end: number,
): readonly { readonly name: string; readonly from: number; readonly until: number }[] {
  const planned = freezes.map(({ name, from, until }) => ({
    name,
    from: momentOf(from),
    // A day ends when it is over.
    until: until.length === 10 ? midnightAfter(momentOf(until), 1) : momentOf(until),
  }))
  if (frozen === null) return planned
  const until = frozen.until === null ? end : Date.parse(frozen.until)
  return [...planned, { name: frozen.reason, from: Date.parse(frozen.from), until }]
}

function barsOf(
  { releases, now }: CalendarInput,
  share: (from: number, until: number) => Share | undefined,
): { readonly bars: readonly CalendarBar[]; readonly rows: number } {
  const bars: CalendarBar[] = []
  let rows = 0
  for (const { release, run } of releases) {
    const own = spansOf(release, run, now).flatMap((span) => {
      const place = share(span.from, span.until)
      if (place === undefined) return []
      const words = `${span.stage} of ${release.title}`
      return [
        {
          ...place,
          key: `${release.id} ${span.stage}`,
          release,
          words,
          kind: span.kind,
          row: rows,
          isLast: false,
        },
      ]
    })
    if (own.length > 0) rows += 1
    const last = own.reduce((most, { left }) => Math.max(most, left), 0)
    bars.push(...own.map((bar) => ({ ...bar, isLast: bar.left === last })))
  }
  return { bars, rows }
}

interface StageSpan {
  readonly stage: string
  readonly from: number
  readonly until: number
  readonly kind: CalendarBar['kind']
}

/** What has happened of each stage, and what is planned of those that have not begun. */
function spansOf(release: Release, run: Run | undefined, now: number): readonly StageSpan[] {
  const planned = Object.entries(release.planned)
  const isOver = run !== undefined && isTerminalStatus(run.state)
  return [
    ...(run?.stages.flatMap((stage) => {
      const from = stage.startedAt === null ? undefined : Date.parse(stage.startedAt)
      if (from === undefined) return []
      const until = stage.finishedAt === null ? now : Date.parse(stage.finishedAt)
      return [{ stage: stage.title, from, until, kind: kindOf(stage) }]
    }) ?? []),
    ...planned.flatMap(([name, date], index) => {
      const stage = run?.stages.find((one) => one.name === name)
      if (isOver || (stage !== undefined && stage.startedAt !== null)) return []
      const from = momentOf(date)
      const next = planned[index + 1]?.[1]
      const until = next === undefined ? midnightAfter(from, 1) : Math.max(momentOf(next), from)
      return [
        {
          stage: stage?.title ?? titled(name),
          from,
          until,
          kind: from < now ? ('late' as const) : ('planned' as const),
        },
      ]
    }),
  ]
}

function kindOf(stage: Run['stages'][number]): CalendarBar['kind'] {
  if (stage.state === 'failed' || stage.state === 'errored') return 'failed'
  if (isTerminalStatus(stage.state)) return 'done'
  const waits = [stage.entry, stage.exit].some(({ state }) => state === 'waiting')
  return waits ? 'waiting' : 'running'
}

/** `2026-11-18`, the reader's own day, or a whole moment. */
export function momentOf(date: string): number {
  return date.length === 10 ? new Date(`${date}T00:00`).getTime() : Date.parse(date)
}

function midnightAfter(at: number, days: number): number {
  const date = new Date(at)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime()
}

function dayOf(start: number, now: number): CalendarDay {
  const date = new Date(start)
  const words = (weekday: 'short' | 'long'): string => date.toLocaleDateString('en-GB', { weekday })
  return {
    label: `${words('short')} ${date.getDate()}`,
    name: date.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' }),
    isToday: date.toDateString() === new Date(now).toDateString(),
    isWeekend: date.getDay() % 6 === 0,
  }
}

/** The name of a stage in words, where its title is not known. */
export function titled(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('-', ' ')}`
}
