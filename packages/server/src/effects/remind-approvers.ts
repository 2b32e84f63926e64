// A reminder that a person asks for: the same mail as the gate's own, to everybody who can still decide.

import { randomUUID } from 'node:crypto'
import { idOf, uuidOf, type GateRunId, type Id } from '@lockstep/domain'

import type { Reminded } from '../ports/reminders.ts'
import { findRow, type Queryable } from '../postgres/queryable.ts'
import { nameOf, readNames } from '../postgres/read/names.ts'
import { readGateSheet } from '../postgres/read/gate-sheet.ts'
import { approverMail } from './gate-mail.ts'
import { noteToSend } from './notification.ts'
import { readReceivers } from './receivers.ts'

const KIND = 'remind_approvers'

/** Notes the mails for the post. Nobody is told whom nobody waits for, or who was told by hand within the hour. */
export async function remindApprovers(
  db: Queryable,
  link: (gate: GateRunId) => string,
  gate: GateRunId,
): Promise<Reminded> {
  const sheet = await readGateSheet(db, gate)
  const place = await findRow<{ number: number; root: string; remindedAt: Date | null }>(
    db,
    `SELECT project_id AS number, root_id AS root, (SELECT max(created_at) FROM notifications
       WHERE subject_id = $2 AND kind = $3 AND created_at > now() - interval '1 hour') AS "remindedAt"
     FROM aggregates WHERE id = $1 FOR UPDATE`,
    [uuidOf(gate), gate, KIND],
  )
  if (sheet === undefined || place === undefined || sheet.status !== 'waiting')
    return { kind: 'nobody' }
  if (place.remindedAt !== null) return { kind: 'too_soon', at: place.remindedAt.getTime() }
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
  }
  const messages: Id<'ntf'>[] = []
  for (const receiver of receivers) {
    const mail = approverMail(sheet, {
      link: link(gate),
      why: 'reminder',
      receiver: receiver.id,
    })
    messages.push(await noteToSend(db, message, receiver, mail))
  }
  const [first] = messages
  if (first === undefined) return { kind: 'nobody' }
  const names = await readNames(
    db,
    receivers.map(({ id }) => id),
  )
  return {
    kind: 'told',
    message: first,
    project: place.number,
    names: receivers.map(({ id }) => nameOf(names, id)),
  }
}
