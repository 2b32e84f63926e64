import { randomUUIDv7 } from 'node:crypto'
import { idOf, type Id } from '@lockstep/domain'

import type { Queryable } from './queryable.ts'

/** A message to one person, as it is noted before it is sent. */
export interface NewNotification {
  /** What made it: the same effect reaches the same receiver once. */
  readonly effect: string
  /** Number of the project; 0 is the system. */
  readonly project: number
  /** The run or release that it belongs to. */
  readonly root: string | null
  /** What it is about: a gate, a stage, a run. */
  readonly about: string | null
  readonly kind: string
  /** Id of a person, or an address. */
  readonly receiver: string
  readonly address: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Whether the post sends it by itself; else whoever notes it does. */
  readonly isForPost: boolean
  /** Its receiver does without: it is noted, and never sent. */
  readonly isDeclined: boolean
}

/** Notes a message; what the effect has noted for this receiver before stays as it is. */
export async function insertNotification(db: Queryable, made: NewNotification): Promise<Id<'ntf'>> {
  const id = randomUUIDv7()
  await db.query(
    `INSERT INTO notifications (id, effect_id, project_id, root_id, subject_id, kind, receiver, address, title,
       body_text, body_html, send_at, state, failure)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, CASE WHEN $12 AND NOT $13 THEN now() END,
       CASE WHEN $13 THEN 'declined' ELSE 'queued' END, CASE WHEN $13 THEN 'its receiver has switched such mails off' END)
     ON CONFLICT (effect_id, receiver) DO NOTHING`,
    [
      id,
      made.effect,
      made.project,
      made.root,
      made.about,
      made.kind,
      made.receiver,
      made.address,
      made.subject,
      made.text,
      made.html,
      made.isForPost,
      made.isDeclined,
    ],
  )
  return idOf('ntf', id)
}
