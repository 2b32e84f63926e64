import { answer, tell, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentPlan, presentWarnings } from '../../present/plan.ts'
import { shortAddress } from '../../present/run.ts'
import { msOf, presentMoment } from '../../present/time.ts'
import { startAgain, SUBJECT_FLAGS, subjectOf } from './start-input.ts'
import { startExactly } from './start-planned.ts'
import { watchRun } from './watch-run.ts'

export const startRun = command({
  words: 'run start',
  arguments: { thing: { shown: 'THING', completes: 'startable' } },
  flags: {
    'dry-run': { type: 'boolean', summary: 'show the plan, start nothing' },
    plan: {
      type: 'text',
      value: 'DIGEST',
      summary: 'start exactly this plan; its first 8 digits will do',
    },
    follow: { type: 'boolean', short: 'f', summary: 'watch the run until it ends' },
    ...SUBJECT_FLAGS,
  },
  summary: 'Start a release or pipeline',
  examples: [
    'lockstep run start connected-car-2.0 --dry-run',
    'lockstep run start connected-car-2.0 --plan 5c1e9ab2',
  ],
  async run(context, { thing }, flags) {
    const client = await context.connect()
    const subject = await subjectOf(context, client, thing, flags)
    if (flags['dry-run']) {
      const made = await client.makePlan(subject)
      return answer(context, made, presentPlan(made, viewOf(context), startAgain(thing, flags)))
    }
    const { plan } = flags
    const exactly = { ...subject, ...(plan === undefined ? {} : { plan }) }
    const run = await startExactly(context, client, exactly, startAgain(thing, flags))
    const address = shortAddress(run)
    const warned =
      run.warnings.length === 0 ? '' : `\n\n${presentWarnings(run.warnings, viewOf(context))}`
    if (flags.follow) {
      tell(context, `✓ Started ${address}.${warned}`)
      return watchRun(context, client, run.id)
    }
    const starts = run.waitsFor.find(({ on }) => on === 'time')?.until
    if (flags.at === undefined || typeof starts !== 'string') {
      return answer(
        context,
        run,
        `✓ Started ${address}. Watch it:  lockstep run watch ${address}${warned}`,
      )
    }
    const begins = presentMoment(msOf(starts), context.zone)
    const abort = `lockstep run abort ${address} -m WHY`
    return answer(context, run, `✓ ${address} begins ${begins}. Until then:  ${abort}${warned}`)
  },
})
