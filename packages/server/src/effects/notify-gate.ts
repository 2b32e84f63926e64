// Approvers are asked, and told when they need not act any more.

import { decidableRules, idOf, uuidOf, type OutwardEffect } from '@lockstep/domain'

import type { Outgoing } from '../ports/outgoing.ts'
import { listRows, type Queryable } from '../postgres/queryable.ts'
import { readGateView, type GateView } from '../postgres/read/gate-view.ts'
import { approverMail, decidedMail } from './gate-mail.ts'
import { notify, type Message, type NotifyDeps, type Receiver } from './notification.ts'

export interface NotifyGateDeps extends NotifyDeps {
  readonly publicUrl: () => string
}

type Asking = Extract<OutwardEffect, { type: 'notify_approvers' }>
type Deciding = Extract<OutwardEffect, { type: 'notify_gate_decided' }>

const WHY: Readonly<Record<Asking['reason'], string>> = {
  waiting: '',
  void: 'What it lets through has changed: approvals given before do not count any more.',
  expired: 'The approvals given before have expired.',
  reminder: 'This is the one reminder.',
}

/** Asks everybody who can still decide. A gate that is over meanwhile asks nobody. */
export async function notifyApprovers(
  deps: NotifyGateDeps,
  outgoing: Outgoing,
  effect: Asking,
): Promise<void> {
  const view = await readGateView(deps.db, effect.gate)
  if (view === undefined) return
  const wanted = view.people.filter(
    (person) => decidableRules(view.gate.state, view.plan, person).length > 0,
  )
  const receivers = await readReceivers(
    deps.db,
    wanted.map(({ id }) => id),
  )
  const text = approverMail(view, linkTo(deps, view), WHY[effect.reason])
  await notify(deps, messageOf(outgoing, view, 'notify_approvers', text), receivers)
}

/** Tells those who were asked and have not decided themselves. */
export async function notifyGateDecided(
  deps: NotifyGateDeps,
  outgoing: Outgoing,
  effect: Deciding,
): Promise<void> {
  const view = await readGateView(deps.db, effect.gate)
  if (view === undefined) return
  const asked = await listRows<Receiver>(
    deps.db,
    `SELECT DISTINCT n.receiver AS id, u.title AS name, n.address FROM notifications n
     JOIN users u ON u.email = n.address
     WHERE n.subject_id = $1 AND n.kind = 'notify_approvers' AND n.state = 'sent'`,
    [view.id],
  )
  const decided = new Set(view.gate.state.decisions.map(({ person }) => person))
  const text = decidedMail(view, effect.outcome, linkTo(deps, view))
  await notify(
    deps,
    messageOf(outgoing, view, 'notify_gate_decided', text),
    asked.filter(({ id }) => !decided.has(id)),
  )
}

/** Name and address of people who can sign in. */
export async function readReceivers(
  db: Queryable,
  people: readonly string[],
): Promise<readonly Receiver[]> {
  const rows = await listRows<{ id: string; title: string; email: string }>(
    db,
    `SELECT id, title, email FROM users WHERE disabled_at IS NULL AND id = ANY ($1::uuid[]) ORDER BY name`,
    [people.map(uuidOf)],
  )
  return rows.map(({ id, title, email }) => ({ id: idOf('usr', id), name: title, address: email }))
}

function linkTo({ publicUrl }: NotifyGateDeps, view: GateView): string {
  return `${publicUrl()}/gates/${view.id}`
}

function messageOf(
  outgoing: Outgoing,
  view: GateView,
  kind: string,
  text: { readonly subject: string; readonly text: string; readonly html: string },
): Message {
  return {
    effect: outgoing.id,
    project: { number: outgoing.project, name: view.run.project },
    root: outgoing.root,
    subjectId: view.id,
    kind,
    thread: outgoing.root,
    ...text,
  }
}
