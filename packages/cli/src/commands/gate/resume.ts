import { findGate } from '../../address/resolve.ts'
import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'

export const resumeGate = command({
  words: 'gate resume',
  arguments: { gate: { shown: 'GATE', completes: 'gate' } },
  summary: 'Resume a gate that is on hold',
  examples: [
    'lockstep gate resume connected-car-2.0/7/staging.exit',
    'lockstep gate resume connected-car-2.0/latest/staging.exit',
  ],
  async run(context, { gate: address }) {
    const client = await context.connect()
    const { id } = await findGate(context, client, address)
    const gate = await client.resumeGate({ gate: id })
    return answer(context, gate, '✓ The gate is judged again.')
  },
})
