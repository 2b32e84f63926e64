import { parseRunAddress } from '../../address/address.ts'
import { findRun } from '../../address/resolve.ts'
import { answer, confirm, reasonOf, tell } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import { shortAddress } from '../../present/run.ts'

export const abort = command({
  words: 'run abort',
  arguments: { run: { shown: 'RUN', completes: 'run' } },
  flags: {
    message: words('why'),
    confirmed: { type: 'boolean', summary: 'in a script: it is meant; -y does not say so' },
  },
  summary: 'Stop a run for good, and run what is marked always',
  examples: [
    'lockstep run abort connected-car-2.0/7 -m "Wrong snapshot"',
    'lockstep run abort connected-car-2.0/7 -m "Wrong snapshot" --confirmed',
  ],
  async run(context, { run: address }, flags) {
    const reason = reasonOf(flags.message, 'aborting')
    const client = await context.connect()
    const before = await findRun(context, client, parseRunAddress(address).run)
    const name = shortAddress(before)
    tell(
      context,
      `${before.title}, run ${before.number}, is stopped for good. What is deployed stays where it is.`,
    )
    if (!flags.confirmed && !(await confirm(context, `Abort ${name}?`, '--confirmed'))) return 1
    const run = await client.abortRun({ run: before.id, reason })
    return answer(context, run, `⊘ ${name} is being aborted. What is marked always still runs.`)
  },
})
