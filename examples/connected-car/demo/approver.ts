// A person who approves: is asked by mail, looks at the gate, decides.

import type { Client } from '@lockstep/client'
import { setTimeout as delay } from 'node:timers/promises'

import type { AccountName } from './accounts.ts'
import { readMailbox, type Mail } from './mailbox.ts'

type Gate = Awaited<ReturnType<Client['showGate']>>

/** A decision of the demo, with what led to it. */
export interface Decision {
  readonly person: AccountName
  readonly gate: Gate
  /** The mail that asked, as it was read from the mailbox. */
  readonly mail: Mail
  /** How long the mail took after the gate began to wait. */
  readonly mailAfterMs: number
  /** States of the tasks behind the gate when the person looked. */
  readonly heldBack: readonly string[]
}

/** What every approver shares. */
export interface Approving {
  readonly outbox: string
  readonly signal: AbortSignal
  /** Gates that somebody else is to decide for now. */
  readonly holdBack: (gate: Gate) => boolean
  readonly onDecision: (decision: Decision) => void
}

/** Decides about every gate that waits for this person, until the signal ends it. Never without the mail. */
export async function approveAll(
  person: AccountName,
  client: Client,
  shared: Approving,
): Promise<void> {
  while (!shared.signal.aborted) {
    const { items } = await client.listGates({ mine: true })
    for (const gate of items) {
      if (!gate.can.approve || shared.holdBack(gate)) continue
      await decide(person, client, gate, shared)
    }
    await delay(250)
  }
}

async function decide(
  person: AccountName,
  client: Client,
  gate: Gate,
  shared: Approving,
): Promise<void> {
  const mail = readMailbox(shared.outbox).find(
    ({ to, text }) => to.includes(`${person}@`) && text.includes(gate.id),
  )
  if (mail === undefined || gate.covers === null) return
  const heldBack = await tasksBehind(client, gate)
  const { id, covers } = gate
  await client.decideGate({ gate: id, decision: 'approve', comment: 'Looks right.', covers })
  const mailAfterMs = Math.max(0, mail.at - Date.parse(gate.since))
  shared.onDecision({ person, gate, mail, mailAfterMs, heldBack })
}

/** What the gate holds back: the tasks of its stage for an entry gate, of the next stage for an exit gate. */
async function tasksBehind(client: Client, gate: Gate): Promise<readonly string[]> {
  const run = await client.showRun({ run: gate.run })
  const index = run.stages.findIndex(({ title }) => title === gate.stage)
  const behind = run.stages[gate.node === 'entry' ? index : index + 1]
  return (behind?.tasks ?? []).map(({ state }) => state)
}
