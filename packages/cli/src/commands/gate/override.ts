import { findGate } from '../../address/resolve.ts'
import { answer, reasonOf, tell } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import { askHalf, presentHalf, presentHalves } from '../../present/break-glass.ts'
import { presentDecision } from '../../present/gate.ts'
import { readPassword } from '../account/read-password.ts'
import { askAboutGate, COVERS_FLAG } from './ask-about-gate.ts'
import { withWayOut } from './decide.ts'

export const override = command({
  words: 'gate override',
  arguments: { gate: { shown: 'GATE', completes: 'gate' } },
  flags: {
    message: words('why; kept as evidence'),
    covers: COVERS_FLAG,
  },
  summary: 'Break-glass: pass a gate without its approvals, together with somebody else',
  examples: [
    'lockstep gate override connected-car-2.0/7/production.entry -m "Charging stops on the road"',
    'lockstep gate override connected-car-2.0/7/production.entry -m "Charging stops" --covers e07b41c9 < password',
  ],
  async run(context, { gate: address }, flags) {
    const reason = reasonOf(flags.message, 'break-glass')
    const client = await context.connect()
    const gate = await findGate(context, client, address)
    const shown = [presentDecision(gate), ...(gate.override === null ? [] : [presentHalves(gate)])]
    const asked = { may: gate.can.override, shown, question: askHalf(gate) }
    const covers = flags.covers ?? (await askAboutGate(context, gate, asked))
    if (covers === undefined) {
      tell(context, 'Nothing was decided.')
      return 1
    }
    const password = await readPassword(context, 'Your password  ')
    const given = { gate: gate.id, reason, covers, password }
    const after = await client.overrideGate(given).catch((error: unknown) => {
      // For programs the problem stays as the server gave it.
      throw context.json ? error : withWayOut(error, gate, address)
    })
    return answer(context, after, presentHalf(after, address))
  },
})
