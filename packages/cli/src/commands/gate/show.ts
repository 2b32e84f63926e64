import { findGate } from '../../address/resolve.ts'
import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentGate } from '../../present/gate.ts'

export const showGate = command({
  words: 'gate show',
  arguments: { gate: { shown: 'GATE', completes: 'gate' } },
  summary: 'Show what a gate lets through, its checks and its approvals',
  examples: [
    'lockstep gate show connected-car-2.0/7/staging.exit',
    'lockstep gate show connected-car-2.0/latest/staging.exit --json',
  ],
  async run(context, { gate: address }) {
    const client = await context.connect()
    const gate = await findGate(context, client, address)
    return answer(context, gate, presentGate(gate, viewOf(context)))
  },
})
