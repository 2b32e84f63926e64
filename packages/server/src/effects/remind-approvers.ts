// A reminder that a person asks for: the same mail as the gate's own, to everybody who can still decide.

import { randomUUID } from 'node:crypto'
import { idOf, uuidOf, type Actor, type GateRunId, type Id } from '@lockstep/domain'

import type { Reminded } from '../ports/reminders.ts'
import { findRow, type Queryable } from '../postgres/queryable.ts'
import { nameOf, readNames } from '../postgres/read/names.ts'
import { readPeopleBehind } from '../postgres/read/people-behind.ts'
import { readGateSheet } from '../postgres/read/gate-sheet.ts'
import { approverMail } from './gate-mail.ts'
import { noteToSend } from './notification.ts'
import { readReceivers } from './receivers.ts'

const KIND = 'remind_approvers'

/** Notes the mails for the post. Nobody is told whom nobody waits for, or who was told by hand within the hour. */
export async function remindApprovers(
  db: Queryable,
  link: (gate: GateRunId) => string,
  { gate, by }: { readonly gate: GateRunId; readonly by: Actor },
): Promise<Reminded> {
  // Whoever asks at the same moment waits here, and then sees in a statement of its own what the first has noted.
  const place = await findRow<{ number: number; root: string }>(
    db,
    'SELECT project_id AS number, root_id AS root FROM aggregates WHERE id = $1 FOR UPDATE',
    [uuidOf(gate)],
  )
  const last = await findRow<{ at: Date | null }>(
    db,
    `SELECT max(created_at) AS at FROM notifications
     WHERE subject_id = $1 AND kind = $2 AND created_at > clock_timestamp() - interval '1 hour'`,
    [gate, KIND],
  )
  const sheet = await readGateSheet(db, gate)
  if (sheet === undefined || place === undefined || sheet.status !== 'waiting')
    return { kind: 'nobody' }
  const at = last?.at ?? null
  if (at !== null) return { kind: 'too_soon', at: at.getTime() }
  const receivers = await readReceivers(
    db,
    sheet.deciders.map(({ id }) => id),
  )
  const message = {
    effect: randomUUID(),
    project: { number: place.number, name: sheet.project },
    root: idOf('run', place.root),
    about: gate,
    kind: KIND,
    choice: null, // A person asks, and asks for a decision.
  }
  const [asker] = await readPeopleBehind(db, by)
  const names = await readNames(db, [
    ...receivers.map(({ id }) => id),
    ...(asker === undefined ? [] : [asker]),
  ])
  const messages: Id<'ntf'>[] = []
  for (const receiver of receivers) {
    const mail = approverMail(sheet, {
      link: link(gate),
      why: 'by_hand',
      ...(asker !== undefined && { by: nameOf(names, asker) }),
      receiver: receiver.id,
    })
    messages.push(await noteToSend(db, message, receiver, mail))
  }
  const [first] = messages
  if (first === undefined) return { kind: 'nobody' }
  return {
    kind: 'told',
    message: first,
    project: place.number,
    names: receivers.map(({ id }) => nameOf(names, id)),
  }
}
