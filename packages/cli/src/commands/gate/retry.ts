import { findGate } from '../../address/resolve.ts'
import { answer } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'

export const retryGate = command({
  words: 'gate retry',
  arguments: { gate: { shown: 'GATE', completes: 'gate' } },
  flags: { message: words('why') },
  summary: 'Judge a gate again after it was rejected',
  examples: [
    'lockstep gate retry connected-car-2.0/7/staging.exit',
    'lockstep gate retry connected-car-2.0/7/staging.exit -m "The phones were updated"',
  ],
  async run(context, { gate: address }, flags) {
    const client = await context.connect()
    const { id } = await findGate(context, client, address)
    const retried = await client.retryGate({
      gate: id,
      ...(flags.message === undefined ? {} : { reason: flags.message }),
    })
    return answer(
      context,
      retried,
      '✓ The gate is judged again. Approvals are asked for again, too.',
    )
  },
})
