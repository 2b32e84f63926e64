import { findGate } from '../../address/resolve.ts'
import { answer, confirm, reasonOf, tell } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import type { Context } from '../../command/context.ts'
import { Refusal } from '../../command/failure.ts'
import type { Gate } from '../../documents.ts'
import { askHalf, presentHalf, presentHalves } from '../../present/break-glass.ts'
import { presentDecision } from '../../present/gate.ts'
import { readPassword } from '../account/read-password.ts'

export const override = command({
  words: 'gate override',
  arguments: { gate: { shown: 'GATE', completes: 'gate' } },
  flags: {
    message: words('why; kept as evidence'),
    covers: {
      type: 'text',
      value: 'DIGEST',
      summary: 'in a script: the digest that gate show gave; its first 8 digits will do',
    },
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
    const covers = flags.covers ?? (await askAbout(context, gate))
    if (covers === undefined) {
      tell(context, 'Nothing was decided.')
      return 1
    }
    const password = await readPassword(context, 'Your password  ')
    const after = await client.overrideGate({ gate: gate.id, reason, covers, password })
    return answer(context, after, presentHalf(after, address))
  },
})

/** The digest of what the person was shown, when they say yes. */
async function askAbout(context: Context, gate: Gate): Promise<string | undefined> {
  const { covers } = gate
  if (covers === null) {
    throw new Refusal('the gate is still being described; try again in a moment.')
  }
  // Who cannot is told why by the server, instead of being asked first.
  if (!gate.can.override) return covers
  context.terminal.note(presentDecision(gate))
  if (gate.override !== null) context.terminal.note(presentHalves(gate))
  const flag = `--covers ${covers.replace('sha256:', '').slice(0, 8)}`
  return (await confirm(context, askHalf(gate), flag)) ? covers : undefined
}
