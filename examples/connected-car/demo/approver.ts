// A person who approves: is asked by mail, looks at the gate, decides.

import type { Client } from '@lockstep/client'

import type { AccountName } from './accounts.ts'
import type { DecisionFacts, PhoneFacts, Run } from './evidence.ts'
import { readMailbox, watchMailbox, type Mail } from './mailbox.ts'

export type Gate = Awaited<ReturnType<Client['showGate']>>

/** What every approver shares. */
export interface Approving {
  readonly outbox: string
  readonly signal: AbortSignal
  /** Gates that somebody else is to decide for now. */
  readonly holdBack: (gate: Gate) => boolean
  readonly onDecision: (decision: DecisionFacts) => void
  /** Where somebody has a phone: who decides on it about which entry gate, and what became of it. */
  readonly phone?: Phone
}

/** One decision is made in the web page, from the link of the mail. */
export interface Phone {
  readonly person: AccountName
  /** The gate's address, `connected-car-2.0/1/production.entry`. */
  readonly gate: string
  approve(person: string, link: string, comment: string): Promise<PhoneFacts>
  readonly onApproved: (facts: PhoneFacts) => void
}

const COMMENT = 'Looks right.'

/** Also without new mail a person looks this often: a mail may come a moment before the gate can be decided. */
const LOOK_EVERY_MS = 1_000

/** Decides about every gate that waits for this person, until the signal ends it. Never without the mail. */
export async function approveAll(
  person: AccountName,
  client: Client,
  shared: Approving,
): Promise<void> {
  using mailbox = watchMailbox(shared.outbox)
  while (!shared.signal.aborted) {
    const { items } = await client.listGates({ mine: true })
    for (const gate of items) {
      if (!gate.can.approve || shared.holdBack(gate)) continue
      await decide(person, client, gate, shared)
    }
    await mailbox.next(LOOK_EVERY_MS, shared.signal)
  }
}

async function decide(
  person: AccountName,
  client: Client,
  gate: Gate,
  shared: Approving,
): Promise<void> {
  const mail = findMail(shared.outbox, person, gate)
  if (mail === undefined || gate.covers === null) return
  const heldBack = statesBehind(gate, await client.showRun({ run: gate.run }))
  const { id, covers } = gate
  const { phone } = shared
  if (phone?.person === person && gate.address === phone.gate) {
    phone.onApproved(await phone.approve(person, linkOf(mail), COMMENT))
  } else {
    await client.decideGate({ gate: id, decision: 'approve', comment: COMMENT, covers })
  }
  const { approvals } = await client.showGate({ gate: id })
  const mine = approvals
    .flatMap(({ decisions }) => decisions)
    .find((made) => made.person === person)
  if (mine === undefined) throw new Error(`${gate.address} does not show the approval of ${person}`)
  shared.onDecision(decisionFacts({ person, gate, mail, heldBack, decidedAt: mine.at }))
}

function linkOf(mail: Mail | undefined): string {
  return /Look and decide: +(\S+)/.exec(mail?.text ?? '')?.[1] ?? ''
}

/** The mail that asked this person to look at this gate. */
function findMail(outbox: string, person: string, gate: Gate): Mail | undefined {
  return readMailbox(outbox).find(
    ({ to, text }) => to.includes(`${person}@`) && text.includes(gate.id),
  )
}

/** States of what the gate holds back: the tasks of its stage for an entry gate, of the next stage for an exit gate. */
export function statesBehind(gate: Gate, run: Run): readonly string[] {
  const index = run.stages.findIndex(({ title }) => title === gate.stage)
  const behind = run.stages[gate.node === 'entry' ? index : index + 1]
  return (behind?.tasks ?? []).map(({ state }) => state)
}

function decisionFacts(made: {
  readonly person: string
  readonly gate: Gate
  readonly mail: Mail | undefined
  readonly heldBack: readonly string[]
  readonly decidedAt: string
}): DecisionFacts {
  const { person, gate, mail, heldBack, decidedAt } = made
  const { id, address, runAddress, stage, node, since } = gate
  return {
    person,
    gate: { id, address, runAddress, stage, node, since },
    of: gate.approvals.flatMap(({ of }) => of),
    waitsFor: gate.approvals.flatMap(({ waitsFor }) => waitsFor),
    decidedAt,
    mail: {
      to: mail?.to ?? 'nobody',
      subject: mail?.subject ?? '',
      link: linkOf(mail),
    },
    mailAfterMs: Math.max(0, (mail?.at ?? 0) - Date.parse(since)),
    heldBack,
  }
}

/** Gates as they were seen while they waited, with what they held back. */
export type SeenGates = Map<string, { readonly gate: Gate; readonly heldBack: readonly string[] }>

/** Looks at what waits for a person in this run, for decisions that others make; gives what was not seen before. */
export async function seeWaiting(
  client: Client,
  run: Run,
  seen: SeenGates,
): Promise<readonly Gate[]> {
  const fresh: Gate[] = []
  for (const { entry, exit } of run.stages) {
    for (const { id, state } of [entry, exit]) {
      if (state !== 'waiting' || id === null || seen.has(id)) continue
      const gate = await client.showGate({ gate: id })
      seen.set(id, { gate, heldBack: statesBehind(gate, run) })
      fresh.push(gate)
    }
  }
  return fresh
}

/** What people have decided about the gates that were seen, as the server has it. */
export async function readDecisions(
  client: Client,
  outbox: string,
  seen: SeenGates,
): Promise<readonly DecisionFacts[]> {
  const all: DecisionFacts[] = []
  for (const { gate, heldBack } of seen.values()) {
    const now = await client.showGate({ gate: gate.id })
    for (const { person, at: decidedAt } of now.approvals.flatMap(({ decisions }) => decisions)) {
      const mail = findMail(outbox, person, gate)
      all.push(decisionFacts({ person, gate, mail, heldBack, decidedAt }))
    }
  }
  return all
}
