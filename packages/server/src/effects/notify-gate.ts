// Approvers are asked, and told when they need not act any more.

import { mailChoiceOf, mailChoicesIn, type OutwardEffect } from '@lockstep/domain'

import type { Outgoing } from '../ports/outgoing.ts'
import { listRows, type Queryable } from '../postgres/queryable.ts'
import { readGateSheet, type GateSheet } from '../postgres/read/gate-sheet.ts'
import { listOverriders } from '../postgres/read/voices.ts'
import { approverMail, decidedMail, isOverridden, overrideMail } from './gate-mail.ts'
import {
  notify,
  withdrawUnsent,
  type Message,
  type NotifyDeps,
  type Receiver,
} from './notification.ts'
import { readProjectOwners, readReceivers } from './receivers.ts'

export interface NotifyGateDeps extends NotifyDeps {
  readonly publicUrl: () => string
}

type EffectOf<Type extends OutwardEffect['type']> = Extract<OutwardEffect, { type: Type }>

/** Asks everybody who can still decide. A gate that is over meanwhile asks nobody. */
export async function notifyApprovers(
  deps: NotifyGateDeps,
  outgoing: Outgoing,
  effect: EffectOf<'notify_approvers'>,
): Promise<void> {
  const sheet = await readGateSheet(deps.db, effect.gate)
  if (sheet === undefined) return
  const receivers = await readReceivers(
    deps.db,
    sheet.deciders.map(({ id }) => id),
  )
  const link = linkTo(deps, sheet)
  await notify(deps, messageOf(outgoing, sheet), receivers, ({ id }) =>
    approverMail(sheet, { link, why: effect.reason, receiver: id }),
  )
}

/** Tells its approvers, the owners of its project and everybody who may override it, who overrides it now. */
export async function notifyOverride(
  deps: NotifyGateDeps,
  outgoing: Outgoing,
  effect: EffectOf<'notify_override'>,
): Promise<void> {
  const sheet = await readGateSheet(deps.db, effect.gate)
  if (sheet === undefined) return
  const overriders = await listOverriders(deps.db, sheet.spot)
  const owners = await readProjectOwners(deps.db, outgoing.project)
  const people = new Set([...sheet.named, ...overriders, ...owners.map(({ id }) => id)])
  const words = overrideMail(sheet, { link: linkTo(deps, sheet) })
  const receivers = await readReceivers(deps.db, [...people])
  await notify(deps, messageOf(outgoing, sheet), receivers, () => words)
}

/**
 * Tells everybody who was asked, or told that somebody overrides it; of a run that was stopped the latter alone. Whoever was not
 * reached until now is not asked any more.
 */
export async function notifyGateDecided(
  deps: NotifyGateDeps,
  outgoing: Outgoing,
  { gate, outcome }: EffectOf<'notify_gate_decided'>,
): Promise<void> {
  const sheet = await readGateSheet(deps.db, gate)
  if (sheet === undefined) return
  // Everybody is to know of a gate that was overridden, however late the mail is.
  const overtaken = isOverridden(sheet) && outcome === 'passed' ? [ASKING] : [ASKING, OVERRIDING]
  for (const kind of overtaken) {
    const why = `the gate ${ENDED[outcome]} before it could be sent`
    await withdrawUnsent(deps.db, sheet.id, kind, why)
  }
  const words = decidedMail(sheet, { outcome, link: linkTo(deps, sheet) })
  const kinds = outcome === 'aborted' ? [OVERRIDING] : [ASKING, OVERRIDING]
  const receivers = await listTold(deps.db, sheet.id, kinds)
  await notify(deps, messageOf(outgoing, sheet), receivers, () => words)
}

type Kind = OutwardEffect['type']
const ASKING: Kind = 'notify_approvers'
const OVERRIDING: Kind = 'notify_override'

const ENDED = {
  passed: 'passed',
  rejected: 'was rejected',
  aborted: 'ended with its run',
} as const

/** Who may have read a message of one of these kinds about the gate, each once. */
async function listTold(
  db: Queryable,
  gate: string,
  kinds: readonly Kind[],
): Promise<readonly Receiver[]> {
  const rows = await listRows<Omit<Receiver, 'mailsOff'> & { readonly off: string[] | null }>(
    db,
    `SELECT DISTINCT ON (n.receiver) n.receiver AS id, COALESCE(u.title, '') AS name, n.address, u.mails_off AS off
     FROM notifications n LEFT JOIN users u ON u.email = n.address
     WHERE n.subject_id = $1 AND n.kind = ANY ($2::text[]) AND (n.state = 'sent' OR n.attempts > 0)
     ORDER BY n.receiver`,
    [gate, kinds],
  )
  return rows.map(({ off, ...receiver }) => ({ ...receiver, mailsOff: mailChoicesIn(off ?? []) }))
}

function linkTo({ publicUrl }: NotifyGateDeps, { id }: GateSheet): string {
  return `${publicUrl()}/gates/${id}`
}

function messageOf(outgoing: Outgoing, sheet: GateSheet): Message {
  return {
    effect: outgoing.id,
    project: { number: outgoing.project, name: sheet.project },
    root: outgoing.root,
    about: sheet.id,
    kind: outgoing.effect.type,
    choice: mailChoiceOf(outgoing.effect),
  }
}
