import { Refused, type Client } from '@lockstep/client'

import { findGate } from '../../address/resolve.ts'
import type { Context } from '../../command/context.ts'
import { refusalWith } from '../../command/present-failure.ts'
import type { Gate } from '../../documents.ts'
import { presentDecision } from '../../present/gate.ts'
import { askAboutGate } from './ask-about-gate.ts'

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

function askAbout(
  context: Context,
  gate: Gate,
  decision: Decision['decision'],
): Promise<string | undefined> {
  if (decision === 'approve') {
    const shown = [presentDecision(gate)]
    return askAboutGate(context, gate, { may: gate.can.approve, shown, question: 'Approve?' })
  }
  const question = `This holds back ${broughtBy(gate)}. Reject?`
  return askAboutGate(context, gate, { may: gate.can.reject, shown: [], question })
}

function broughtBy({ brings }: Gate): string {
  const [first] = brings
  if (first === undefined) return 'the run'
  return brings.length === 1 ? first.application : `all ${brings.length} applications`
}

/** A refusal of the server with what helps at this gate. */
export function withWayOut(error: unknown, gate: Gate, address: string): unknown {
  if (!(error instanceof Refused)) return error
  const ways = waysOut(error.code, gate, address)
  return ways.length === 0 ? error : refusalWith(error, ways)
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
