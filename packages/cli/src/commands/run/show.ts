import { parseRunAddress } from '../../address/address.ts'
import { findRun } from '../../address/resolve.ts'
import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentRun } from '../../present/run.ts'
import { presentStopped } from './stopped.ts'

export const showRun = command({
  words: 'run show',
  arguments: { run: { shown: 'RUN', completes: 'run' } },
  summary: 'Show a run with its stages, gates and tasks, as it is now',
  examples: [
    'lockstep run show connected-car-2.0/7',
    'lockstep run show connected-car-2.0/latest --json',
  ],
  async run(context, { run: address }) {
    const client = await context.connect()
    const run = await findRun(context, client, parseRunAddress(address).run)
    const view = viewOf(context)
    if (context.json) return answer(context, run, '')
    const usual = await client.showUsualTimes({ run: run.id })
    const stopped = await presentStopped(client, run, view)
    return answer(context, run, [presentRun(run, view, { usual }), ...stopped].join('\n\n'))
  },
})
