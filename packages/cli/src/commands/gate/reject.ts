import { answer, reasonOf, tell } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import { COVERS_FLAG } from './ask-about-gate.ts'
import { decide } from './decide.ts'

export const reject = command({
  words: 'gate reject',
  arguments: { gate: { shown: 'GATE', completes: 'gate' } },
  flags: {
    message: words('why; kept as evidence'),
    covers: COVERS_FLAG,
  },
  summary: 'Reject, with a reason',
  examples: [
    'lockstep gate reject connected-car-2.0/7/staging.exit -m "Charge shown 3 % too high on two phones"',
    'lockstep gate reject connected-car-2.0/7/staging.exit -m "Too early" --covers e07b41c9',
  ],
  async run(context, { gate: address }, flags) {
    const comment = reasonOf(flags.message, 'a rejection')
    const client = await context.connect()
    const { covers } = flags
    const gate = await decide(context, client, { address, decision: 'reject', comment, covers })
    if (gate === undefined) {
      tell(context, 'Nothing was decided.')
      return 1
    }
    return answer(
      context,
      gate,
      '✗ Rejected. The run waits: somebody who may run this release retries the gate or aborts the run.',
    )
  },
})
