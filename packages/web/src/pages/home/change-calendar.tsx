import { useQueries, useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { CalendarDays, CalendarKey } from '../../components/change-calendar/calendar-days.tsx'
import { layoutCalendar } from '../../components/change-calendar/change-calendar.ts'
import { environmentsQuery } from '../../lib/inventory.ts'
import { useNow } from '../../lib/now.ts'
import { isInFlight, releasesQuery, runQuery } from '../../lib/runs.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { Card, Section } from '../../ui/card.tsx'
import { Part } from '../../ui/part.tsx'

const DAYS = 11
const RELEASES_MAX = 6

/** What changes when, from today on: windows, freezes, and what releases plan and do. */
export function ChangeCalendar(): ReactElement {
  const now = useNow(60_000)
  const { chosen, projects } = useProjectChoice()
  const releases = useQuery(releasesQuery(chosen))
  const environments = useQuery(environmentsQuery)
  const inFlight = (releases.data ?? []).filter(isInFlight).slice(0, RELEASES_MAX)
  const runs = useQueries({ queries: inFlight.map(({ runId }) => runQuery(runId)) })
  const project = projects.find(({ id }) => id === chosen)?.name
  return (
    <Section title="Change calendar" aside={<CalendarKey />} className="mt-7">
      <Card>
        <Part what="The calendar" query={environments}>
          {(all) => (
            <CalendarDays
              label="The next days"
              calendar={layoutCalendar({
                from: now,
                days: DAYS,
                now,
                environments: all.filter((one) => project === undefined || one.project === project),
                releases: inFlight.map((release, at) => ({ release, run: runs[at]?.data })),
              })}
            />
          )}
        </Part>
      </Card>
    </Section>
  )
}
