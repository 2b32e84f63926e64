import { parseRunAddress } from '../../address/address.ts'
import { findRun } from '../../address/resolve.ts'
import { answer } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import { shortAddress } from '../../present/run.ts'

export const resume = command({
  words: 'run resume',
  arguments: { run: { shown: 'RUN', completes: 'run' } },
  flags: { message: words('why') },
  summary: 'Go on with a paused run',
  examples: [
    'lockstep run resume connected-car-2.0/7',
    'lockstep run resume connected-car-2.0/7 -m "All is well"',
  ],
  async run(context, { run: address }, flags) {
    const client = await context.connect()
    const { id } = await findRun(context, client, parseRunAddress(address).run)
    const run = await client.resumeRun({
      run: id,
      ...(flags.message === undefined ? {} : { reason: flags.message }),
    })
    return answer(context, run, `✓ ${shortAddress(run)} goes on.`)
  },
})
