import { parseRunAddress } from '../../address/address.ts'
import { findRun } from '../../address/resolve.ts'
import { command } from '../../command/command.ts'
import { watchRun } from './watch-run.ts'

export const watch = command({
  words: 'run watch',
  arguments: { run: { shown: 'RUN', completes: 'run' } },
  summary: 'Watch a run until it ends, and end with its outcome',
  examples: [
    'lockstep run watch connected-car-2.0/7',
    'lockstep run watch connected-car-2.0/latest | cat',
  ],
  async run(context, { run: address }) {
    const client = await context.connect()
    const run = await findRun(context, client, parseRunAddress(address).run)
    return watchRun(context, client, run.id)
  },
})
