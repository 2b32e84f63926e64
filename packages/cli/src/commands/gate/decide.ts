import { Refused, type Client } from '@lockstep/client'

import { findGate } from '../../address/resolve.ts'
import { confirm } from '../../command/answer.ts'
import type { Context } from '../../command/context.ts'
import { Refusal } from '../../command/failure.ts'
import { failureOf } from '../../command/present-failure.ts'
import type { Gate } from '../../documents.ts'
import { presentDecision } from '../../present/gate.ts'

interface Decision {
  readonly address: string
  readonly decision: 'approve' | 'reject'
  readonly comment: string | undefined
  /** What a script has looked at; without it a person is shown and asked. */
  readonly covers: string | undefined
}

/** Decides, bound to what was shown; undefined when the person said no. */
export async function decide(
  context: Context,
  client: Client,
  { address, decision, comment, covers }: Decision,
): Promise<Gate | undefined> {
  const gate = await findGate(context, client, address)
  const said = covers ?? (await askAbout(context, gate, decision))
  if (said === undefined) return undefined
  try {
    return await client.decideGate({
      gate: gate.id,
      decision,
      covers: said,
      ...(comment === undefined ? {} : { comment }),
    })
  } catch (error) {
    throw withWayOut(error, address)
  }
}

/** The digest of what the person was shown, when they say yes. */
async function askAbout(
  context: Context,
  gate: Gate,
  decision: Decision['decision'],
): Promise<string | undefined> {
  // Who cannot decide is told why, instead of being asked first.
  if (decision === 'approve' && gate.can.approve) context.terminal.note(presentDecision(gate))
  const many = gate.brings.length
  const held =
    many === 0
      ? 'the run'
      : many === 1
        ? (gate.brings[0]?.application ?? '')
        : `all ${many} applications`
  const question = decision === 'approve' ? 'Approve?' : `This holds back ${held}. Reject?`
  const covers = gate.covers
  if (covers === null) {
    throw new Refusal('the gate is still being described; try again in a moment.')
  }
  const may = decision === 'approve' ? gate.can.approve : gate.can.reject
  if (!may) return covers // The server says why, in its own words.
  const flag = `--covers ${covers.replace('sha256:', '').slice(0, 8)}`
  return (await confirm(context, question, flag)) ? covers : undefined
}

function withWayOut(error: unknown, address: string): unknown {
  if (!(error instanceof Refused) || error.code !== 'covers_changed') return error
  const [first = '', ...more] = failureOf(error).text.split('\n')
  return new Refusal(first.replace(/^Refused: /, ''), [
    ...more,
    `See it as it is now:  lockstep gate show ${address}`,
  ])
}
