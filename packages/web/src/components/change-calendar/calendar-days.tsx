import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { thingPart } from '../../lib/address.ts'
import { GateGlyph } from '../../ui/gate-glyph.tsx'
import { SideScroll } from '../../ui/side-scroll.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import type { Calendar, CalendarBar } from './change-calendar.ts'

const ROW_PX = 26

/** A stretch of days with windows as green bands, freezes hatched, and releases on top. */
export function CalendarDays({
  calendar,
  label,
}: {
  readonly calendar: Calendar
  readonly label: string
}): ReactElement {
  const { days, windows, freezes, bars, rows, now } = calendar
  return (
    <SideScroll label={label}>
      <div className="min-w-160">
        <div aria-hidden className="grid auto-cols-fr grid-flow-col border-b border-line">
          {days.map((day) => (
            <span
              key={day.label}
              className={`border-l border-line px-2 py-1 text-12 whitespace-nowrap first:border-l-0 ${day.isToday ? 'font-heading text-ink' : 'text-ink-3'}`}
            >
              {day.label}
            </span>
          ))}
        </div>
        <div className="relative" style={{ height: `${Math.max(2, rows) * ROW_PX + 14}px` }}>
          <div aria-hidden className="absolute inset-0 grid auto-cols-fr grid-flow-col">
            {days.map((day) => (
              <span
                key={day.label}
                className={`border-l border-line first:border-l-0 ${day.isWeekend ? 'bg-sunken' : ''}`}
              />
            ))}
          </div>
          {windows.map(({ key, words, left, width }) => (
            <span
              key={key}
              title={words}
              aria-hidden
              className="absolute inset-y-0 border-x border-ok-line bg-ok-tint"
              style={{ left: `${left}%`, width: `${width}%` }}
            />
          ))}
          {freezes.map(({ key, words, left, width }) => (
            <span
              key={key}
              title={words}
              className="ls-hatched absolute inset-y-0 flex items-end overflow-hidden p-1"
              style={{ left: `${left}%`, width: `${width}%` }}
            >
              <span className="truncate rounded-1 bg-surface px-1 text-11 text-ink-2">{words}</span>
            </span>
          ))}
          {now !== null && (
            <span
              aria-hidden
              className="absolute -top-1 bottom-0 w-px bg-ink before:absolute before:-top-0.5 before:-left-0.75 before:size-1.75 before:rounded-full before:bg-ink"
              style={{ left: `${now}%` }}
            />
          )}
          <ul aria-label="What releases plan and do">
            {bars.map((bar) => (
              <Bar key={bar.key} bar={bar} />
            ))}
          </ul>
        </div>
      </div>
    </SideScroll>
  )
}

const LOOKS: Readonly<Record<CalendarBar['kind'], string>> = {
  planned: 'border-line-strong bg-surface',
  late: 'border-wait-line bg-wait-tint',
  running: 'border-run-line bg-run-tint',
  waiting: 'border-wait-line bg-wait-tint',
  done: 'border-ok-line bg-ok-tint',
  failed: 'border-fail-line bg-fail-tint',
}
const INKS: Readonly<Record<CalendarBar['kind'], string>> = {
  planned: 'text-ink',
  late: 'text-wait',
  running: 'text-run',
  waiting: 'text-wait',
  done: 'text-ok',
  failed: 'text-fail',
}
const WORDS: Readonly<Record<CalendarBar['kind'], string>> = {
  planned: 'planned',
  late: 'planned, not begun',
  running: 'runs',
  waiting: 'waits on a person',
  done: 'done',
  failed: 'failed',
}

function Bar({ bar }: { readonly bar: CalendarBar }): ReactElement {
  const { release, words, kind, row, left, width, isLast } = bar
  return (
    <li
      className={`absolute h-5.5 min-w-6 ${isLast ? 'pointer-events-none' : ''}`}
      style={{
        left: `${left}%`,
        // The words of the last one go on behind it, as far as there is room; the bar ends when its time does.
        width: `${isLast ? 100 - left : width}%`,
        top: `${row * ROW_PX + 7}px`,
      }}
    >
      <Link
        to="/releases/$release"
        params={{ release: thingPart(release) }}
        title={`${words}, ${WORDS[kind]}`}
        className={`pointer-events-auto flex h-full max-w-full items-center gap-2.5 overflow-hidden px-1 text-12 whitespace-nowrap ${isLast ? 'w-fit' : ''} ${INKS[kind]}`}
      >
        <span
          aria-hidden
          className={`absolute inset-y-0 left-0 min-w-6 rounded-1 border ${LOOKS[kind]}`}
          style={{ width: isLast ? `${(100 * width) / (100 - left)}%` : '100%' }}
        />
        <span className="relative flex">
          <Mark kind={kind} />
        </span>
        <span className="relative truncate">
          {words}
          <span className="sr-only">, {WORDS[kind]}</span>
        </span>
      </Link>
    </li>
  )
}

function Mark({ kind }: { readonly kind: CalendarBar['kind'] }): ReactElement {
  switch (kind) {
    case 'planned':
      return <GateGlyph state="not_reached" size={13} isDecoration />
    case 'late':
      return <StateGlyph state="scheduled" size={13} isDecoration />
    case 'running':
      return <StateGlyph state="running" size={13} isDecoration />
    case 'waiting':
      return <StateGlyph state="waiting" size={13} isDecoration />
    case 'done':
      return <StateGlyph state="passed" size={13} isDecoration />
    case 'failed':
      return <StateGlyph state="failed" size={13} isDecoration />
  }
}

/** What the bands mean. */
export function CalendarKey(): ReactElement {
  return (
    <>
      <span className="flex items-center gap-1.5">
        <span aria-hidden className="size-3 border border-ok-line bg-ok-tint" /> window
      </span>
      <span className="flex items-center gap-1.5">
        <span aria-hidden className="ls-hatched size-3 border border-line-strong" /> freeze
      </span>
    </>
  )
}
