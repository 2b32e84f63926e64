import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentCalendar } from '../../present/calendar.ts'
import { periodOf, projectFilter } from '../report/report.ts'

export const calendar = command({
  words: 'release calendar',
  flags: {
    from: { type: 'text', value: 'TIME', summary: 'from this day on; today, without it' },
    to: { type: 'text', value: 'TIME', summary: 'until this day; without end, without it' },
  },
  summary: 'Show when releases are planned, how that went, and when environments are frozen',
  examples: [
    'lockstep release calendar',
    'lockstep release calendar --from 2026-11-01 --to 2026-12-01',
  ],
  async run(context, _input, flags) {
    const client = await context.connect()
    const view = viewOf(context)
    const today = Temporal.Instant.fromEpochMilliseconds(view.nowMs)
      .toZonedDateTimeISO(view.zone)
      .startOfDay()
    const from = new Date(today.epochMilliseconds).toISOString()
    const shown = await client.showCalendar({
      from,
      ...periodOf(context, flags),
      ...(await projectFilter(context)),
    })
    return answer(context, shown, presentCalendar(shown.items, view))
  },
})
