import { answer, reasonOf, viewOf } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import { presentMoment, timeOf } from '../../present/time.ts'
import { findEnvironment } from './find-environment.ts'

export const freeze = command({
  words: 'environment freeze',
  arguments: { environment: { shown: 'ENVIRONMENT', completes: 'environment' } },
  flags: {
    message: words('why'),
    from: { type: 'text', value: 'TIME', summary: 'when it begins; now, without it' },
    until: { type: 'text', value: 'TIME', summary: 'when it ends; until  unfreeze  without it' },
  },
  summary: 'Let nothing begin to change an environment for a time; what has begun goes on',
  examples: [
    'lockstep environment freeze production -m "Trade fair" --until 2026-12-01',
    'lockstep environment freeze production -m "Holidays" --from "2026-12-18 12:00" --until 2027-01-06',
  ],
  async run(context, { environment: name }, flags) {
    const reason = reasonOf(flags.message, 'a freeze')
    const view = viewOf(context)
    const [from, until] = [timeOf('from', flags.from, view), timeOf('until', flags.until, view)]
    const client = await context.connect()
    const { id } = await findEnvironment(context, client, name)
    const environment = await client.freezeEnvironment({
      environment: id,
      reason,
      ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    })
    const begins = from === undefined ? 'is' : `will be, from ${presentMoment(from, view.zone)},`
    const ends = until === undefined ? '' : ` until ${presentMoment(until, view.zone)}`
    return answer(
      context,
      environment,
      `✓ ${environment.title} ${begins} frozen${ends}. End it sooner:  lockstep environment unfreeze ${name} -m WHY`,
    )
  },
})
