import { randomUUID, randomUUIDv7 } from 'node:crypto'
import type { Write } from '../../ports/write.ts'

/** A message about the system, as the post sends it when this change is committed. */
export interface SystemMail {
  readonly kind: string
  /** Id of a person, or an address. */
  readonly receiver: string
  readonly address: string
  readonly title: string
  /** One paragraph, without anything of HTML. */
  readonly text: string
}

/** Hands a message to the post; answers its number. */
export async function noteMail({ tx }: Pick<Write, 'tx'>, mail: SystemMail): Promise<string> {
  const id = randomUUIDv7()
  const { kind, receiver, address, title, text } = mail
  await tx.query(
    `INSERT INTO notifications (id, effect_id, project_id, kind, receiver, address, title, body_text, body_html, send_at)
     VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8, now())`,
    [id, randomUUID(), kind, receiver, address, title, `${text}\n`, `<p>${text}</p>`],
  )
  return id
}
