import { findGate } from '../../address/resolve.ts'
import { answer, reasonOf } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'

export const hold = command({
  words: 'gate hold',
  arguments: { gate: { shown: 'GATE', completes: 'gate' } },
  flags: { message: words('why') },
  summary: 'Hold a gate until somebody resumes it',
  examples: [
    'lockstep gate hold connected-car-2.0/7/staging.exit -m "Waiting for the incident report"',
    'lockstep gate hold connected-car-2.0/latest/production.entry -m "Monday is better"',
  ],
  async run(context, { gate: address }, flags) {
    const reason = reasonOf(flags.message, 'a hold')
    const client = await context.connect()
    const { id } = await findGate(context, client, address)
    const gate = await client.holdGate({ gate: id, reason })
    return answer(context, gate, `‖ On hold. Go on:  lockstep gate resume ${address}`)
  },
})
