// Messages to people: noted first, then sent, then marked. The same effect reaches the same person once.

import { uuidOf, type Id, type MailChoice } from '@lockstep/domain'

import type { Mailer } from '../ports/mailer.ts'
import { insertNotification } from '../postgres/insert-notification.ts'
import { findRow, type Queryable } from '../postgres/queryable.ts'

/** A person whom a message goes to. */
export interface Receiver {
  /** Id of the person, or the address of somebody who has no account. */
  readonly id: string
  readonly name: string
  readonly address: string
  /** The mails that they do without. */
  readonly mailsOff: readonly MailChoice[]
}

/** What is said to one person. */
export interface Words {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** What a message belongs to. */
export interface Message {
  readonly effect: string
  readonly project: { readonly number: number; readonly name: string }
  readonly root: string
  /** What it is about: a gate, a stage, a run. */
  readonly about: string
  readonly kind: string
  /** Under which choice of its receivers it falls; null: it is always sent. */
  readonly choice: MailChoice | null
}

export interface NotifyDeps {
  readonly db: Queryable
  readonly mailer: Mailer
}

/**
 * Sends to everybody whom it has not reached yet, and who has not switched such mails off: of those it is noted. Performed again it sends what was noted the first time, under the same
 * Message-ID. A refused address is noted and does not stop the others; rejects when somebody could not be reached now.
 */
export async function notify(
  deps: NotifyDeps,
  message: Message,
  receivers: readonly Receiver[],
  wordsFor: (receiver: Receiver) => Words,
): Promise<void> {
  const faults: unknown[] = []
  for (const receiver of receivers) {
    await note(deps.db, message, receiver, wordsFor(receiver))
  }
  for (const receiver of receivers) {
    try {
      await send(deps, message, receiver)
    } catch (error) {
      await noteFault(deps.db, message, receiver, error)
      faults.push(error)
    }
  }
  if (faults.length > 0) {
    throw new AggregateError(faults, `${faults.length} of ${receivers.length} mails were not sent`)
  }
}

/** What is noted and not sent yet is not sent any more: it is not true any more. */
export async function withdrawUnsent(
  db: Queryable,
  about: string,
  kind: string,
  why: string,
): Promise<void> {
  await db.query(
    `UPDATE notifications SET state = 'refused', failure = $3
     WHERE subject_id = $1 AND kind = $2 AND state = 'queued'`,
    [about, kind, why],
  )
}

/** Notes what the post sends by itself, in the transaction of whoever asked for it. */
export async function noteToSend(
  db: Queryable,
  message: Message,
  receiver: Receiver,
  words: Words,
): Promise<Id<'ntf'>> {
  return note(db, message, receiver, words, true)
}

async function note(
  db: Queryable,
  message: Message,
  receiver: Receiver,
  words: Words,
  isForPost = false,
): Promise<Id<'ntf'>> {
  const { effect, project, root, about, kind, choice } = message
  return insertNotification(db, {
    effect,
    project: project.number,
    root: uuidOf(root),
    about,
    kind,
    receiver: receiver.id,
    address: receiver.address,
    ...words,
    isForPost,
    isDeclined: choice !== null && receiver.mailsOff.includes(choice),
  })
}

interface NotedRow {
  readonly id: string
  readonly address: string
  readonly title: string
  readonly body_text: string
  readonly body_html: string
}

async function send(deps: NotifyDeps, message: Message, receiver: Receiver): Promise<void> {
  const { db, mailer } = deps
  const noted = await findRow<NotedRow>(
    db,
    `UPDATE notifications SET attempts = attempts + 1
     WHERE effect_id = $1 AND receiver = $2 AND state = 'queued'
     RETURNING id, address, title, body_text, body_html`,
    [message.effect, receiver.id],
  )
  if (noted === undefined) return
  const sent = await mailer.send({
    key: noted.id,
    to: { name: receiver.name, address: noted.address },
    subject: noted.title,
    text: noted.body_text,
    html: noted.body_html,
    // One thread for each run or release.
    thread: message.root,
    list: { id: message.project.name, title: message.project.name },
  })
  await db.query(
    `UPDATE notifications SET state = $2, failure = $3, sent_at = CASE WHEN $2 = 'sent' THEN now() END WHERE id = $1`,
    sent.ok ? [noted.id, 'sent', null] : [noted.id, 'refused', sent.reason],
  )
}

async function noteFault(
  db: Queryable,
  message: Message,
  receiver: Receiver,
  error: unknown,
): Promise<void> {
  const failure = error instanceof Error ? error.message : String(error)
  await db.query(
    `UPDATE notifications SET failure = $3 WHERE effect_id = $1 AND receiver = $2 AND state = 'queued'`,
    [message.effect, receiver.id, failure.slice(0, 500)],
  )
}
