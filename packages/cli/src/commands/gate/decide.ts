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
    // For programs the problem stays as the server gave it.
    throw context.json ? error : withWayOut(error, gate, address)
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

function withWayOut(error: unknown, gate: Gate, address: string): unknown {
  if (!(error instanceof Refused)) return error
  const ways = waysOut(error.code, gate, address)
  if (ways.length === 0) return error
  const [first = '', ...more] = failureOf(error).text.split('\n')
  return new Refusal(first.replace(/^Refused: /, ''), [...more, ...ways])
}

function waysOut(code: string, { approvals }: Gate, address: string): readonly string[] {
  switch (code) {
    case 'covers_changed':
      return [`See it as it is now:  lockstep gate show ${address}`]
    case 'starter_cannot_approve':
    case 'editor_cannot_approve':
    case 'owner_of_token_cannot_approve': {
      const others = [...new Set(approvals.flatMap(({ waitsFor }) => waitsFor))]
      if (others.length === 0) return ['Nobody else can approve it now.']
      const remind = `Remind:  lockstep notification remind ${address}`
      return [`${others.join(', ')} can approve it. ${remind}`]
    }
    case 'not_an_approver': {
      const asked = [...new Set(approvals.flatMap(({ of }) => of))]
      return asked.length === 0 ? [] : [`It asks ${asked.join(', ')}.`]
    }
    default:
      return []
  }
}
