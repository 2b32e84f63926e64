import { parseRunAddress } from '../../address/address.ts'
import { findRun } from '../../address/resolve.ts'
import { answer, reasonOf } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import { shortAddress } from '../../present/run.ts'

export const pause = command({
  words: 'run pause',
  arguments: { run: { shown: 'RUN', completes: 'run' } },
  flags: { message: words('why') },
  summary: 'Hold a run before its next action',
  examples: [
    'lockstep run pause connected-car-2.0/7 -m "Backend is being watched"',
    'lockstep run pause connected-car-2.0/latest -m "Lunch"',
  ],
  async run(context, { run: address }, flags) {
    const reason = reasonOf(flags.message, 'a pause')
    const client = await context.connect()
    const { id } = await findRun(context, client, parseRunAddress(address).run)
    const run = await client.pauseRun({ run: id, reason })
    const name = shortAddress(run)
    return answer(context, run, `✓ ${name} is on hold. Go on:  lockstep run resume ${name}`)
  },
})
