import { useQueries, useQuery } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import type { ReactElement } from 'react'
import { CalendarDays, CalendarKey } from '../../components/change-calendar/calendar-days.tsx'
import { layoutCalendar } from '../../components/change-calendar/change-calendar.ts'
import { environmentsQuery } from '../../lib/inventory.ts'
import { useNow } from '../../lib/now.ts'
import { runQuery, type Release } from '../../lib/runs.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'

const WEEKS = 5

/** Five weeks of releases, one below the other. */
export function ReleaseCalendar({
  releases,
  from,
  onMove,
}: {
  readonly releases: readonly Release[]
  /** The first day; undefined: this week. */
  readonly from: string | undefined
  readonly onMove: (from: string | undefined) => void
}): ReactElement {
  const now = useNow(60_000)
  const { data: environments = [] } = useQuery(environmentsQuery)
  const runs = useQueries({ queries: releases.map(({ runId }) => runQuery(runId)) })
  const first = mondayOf(from === undefined ? new Date(now) : new Date(`${from}T00:00`))
  const shown = releases.map((release, at) => ({ release, run: runs[at]?.data }))
  return (
    <section aria-label="Calendar">
      <header className="mb-2 flex flex-wrap items-center gap-2 text-12 text-ink-3">
        <Button size="icon" aria-label="Earlier" onClick={() => onMove(dayText(first, -7 * WEEKS))}>
          <ChevronLeft size={15} aria-hidden />
        </Button>
        <Button size="icon" aria-label="Later" onClick={() => onMove(dayText(first, 7 * WEEKS))}>
          <ChevronRight size={15} aria-hidden />
        </Button>
        <Button onClick={() => onMove(undefined)}>This week</Button>
        <h2 className="text-13 text-ink">
          {first.toLocaleDateString('en-GB', { month: 'long', year: 'numeric' })}
        </h2>
        <span className="ml-auto flex items-center gap-3">
          <CalendarKey />
        </span>
      </header>
      <Card>
        <div className="divide-y divide-line-strong">
          {Array.from({ length: WEEKS }, (_, week) => {
            const begin = dayAfter(first, 7 * week)
            return (
              <CalendarDays
                key={week}
                label={`Week from ${begin.toLocaleDateString('en-GB', { day: 'numeric', month: 'long' })}`}
                calendar={layoutCalendar({
                  from: begin.getTime(),
                  days: 7,
                  now,
                  environments,
                  releases: shown,
                })}
              />
            )
          })}
        </div>
      </Card>
    </section>
  )
}

function mondayOf(date: Date): Date {
  return dayAfter(date, -((date.getDay() + 6) % 7))
}

function dayAfter(date: Date, days: number): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days)
}

/** `2026-11-16`, in the reader's own days. */
function dayText(date: Date, days: number): string {
  const day = dayAfter(date, days)
  const two = (part: number): string => String(part).padStart(2, '0')
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}
