import { findGate } from '../../address/resolve.ts'
import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'

export const remind = command({
  words: 'notification remind',
  arguments: { gate: { shown: 'GATE', completes: 'gate' } },
  summary: 'Write once more to those whom a gate waits for',
  examples: [
    'lockstep notification remind connected-car-2.0/7/staging.exit',
    'lockstep notification remind connected-car-2.0/latest/production.entry',
  ],
  async run(context, { gate: address }) {
    const client = await context.connect()
    const { id } = await findGate(context, client, address)
    const reminded = await client.remindApprovers({ gate: id })
    return answer(context, reminded, `✓ Reminded ${reminded.told.join(', ')}.`)
  },
})
