import { findGate } from '../../address/resolve.ts'
import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentWithdrawn } from '../../present/break-glass.ts'

export const withdraw = command({
  words: 'gate withdraw',
  arguments: { gate: { shown: 'GATE', completes: 'gate' } },
  summary: 'Take my decision back, until the gate has passed',
  examples: [
    'lockstep gate withdraw connected-car-2.0/7/staging.exit',
    'lockstep gate withdraw connected-car-2.0/latest/staging.exit',
  ],
  async run(context, { gate: address }) {
    const client = await context.connect()
    const before = await findGate(context, client, address)
    const after = await client.withdrawDecision({ gate: before.id })
    return answer(context, after, presentWithdrawn(before, after))
  },
})
