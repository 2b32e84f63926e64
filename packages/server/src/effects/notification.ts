// Messages to people: noted first, then sent, then marked. The same effect reaches the same person once.

import { randomUUID } from 'node:crypto'
import { uuidOf } from '@lockstep/domain'

import type { Mailer } from '../ports/mailer.ts'
import { findRow, type Queryable } from '../postgres/queryable.ts'

/** A person whom a message goes to. */
export interface Receiver {
  readonly id: string
  readonly name: string
  readonly address: string
}

/** What is said, and what it belongs to. */
export interface Message {
  readonly effect: string
  readonly project: { readonly number: number; readonly name: string }
  readonly root: string
  readonly subjectId: string
  readonly kind: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly thread: string
}

export interface NotifyDeps {
  readonly db: Queryable
  readonly mailer: Mailer
}

/** Sends the message to everybody whom it has not reached yet. A refused address is noted and does not stop the others. */
export async function notify(
  deps: NotifyDeps,
  message: Message,
  receivers: readonly Receiver[],
): Promise<void> {
  const faults: unknown[] = []
  for (const receiver of receivers) {
    try {
      await notifyOne(deps, message, receiver)
    } catch (error) {
      faults.push(error)
    }
  }
  // The queue tries again; whoever has been reached is not asked twice.
  if (faults.length > 0)
    throw new AggregateError(faults, `${faults.length} mails could not be sent`)
}

async function notifyOne(deps: NotifyDeps, message: Message, receiver: Receiver): Promise<void> {
  const { db, mailer } = deps
  await db.query(
    `INSERT INTO notifications (id, effect_id, project_id, root_id, subject_id, kind, receiver, address, title,
       body_text, body_html)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (effect_id, receiver) DO NOTHING`,
    [
      randomUUID(),
      message.effect,
      message.project.number,
      uuidOf(message.root),
      message.subjectId,
      message.kind,
      receiver.id,
      receiver.address,
      message.subject,
      message.text,
      message.html,
    ],
  )
  const key = `${message.effect}.${receiver.id.replaceAll(/[^A-Za-z0-9._-]/g, '-')}`
  const row = await findRow<{ state: string }>(
    db,
    `UPDATE notifications SET attempts = attempts + 1 WHERE effect_id = $1 AND receiver = $2 AND state = 'queued'
     RETURNING state`,
    [message.effect, receiver.id],
  )
  if (row === undefined) return
  const sent = await mailer.send({
    key,
    to: { name: receiver.name, address: receiver.address },
    subject: message.subject,
    text: message.text,
    html: message.html,
    thread: message.thread,
    list: { id: message.project.name, title: message.project.name },
  })
  if (sent.ok) await mark(db, message.effect, receiver.id, 'sent', null)
  else await mark(db, message.effect, receiver.id, 'refused', sent.reason)
}

async function mark(
  db: Queryable,
  effect: string,
  receiver: string,
  state: 'sent' | 'refused',
  failure: string | null,
): Promise<void> {
  await db.query(
    `UPDATE notifications SET state = $3, failure = $4, sent_at = CASE WHEN $3 = 'sent' THEN now() END
     WHERE effect_id = $1 AND receiver = $2`,
    [effect, receiver, state, failure],
  )
}
