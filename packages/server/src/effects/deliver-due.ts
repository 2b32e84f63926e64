// The post: sends what a person asked for by itself, such as a test, a reminder or a second delivery.

import { idOf } from '@lockstep/domain'

import type { Mailer } from '../ports/mailer.ts'
import type { Log } from '../ports/observe.ts'
import { listRows, type Queryable } from '../postgres/queryable.ts'

const AT_ONCE = 50
const ATTEMPTS_MAX = 36
/** While one server sends, no other takes the same message; a server that dies meanwhile leaves it for later. */
const TAKEN_FOR = '1 minute'

export interface PostDeps {
  readonly db: Queryable
  readonly mailer: Mailer
  readonly log: Log
}

interface DueRow {
  readonly id: string
  readonly attempts: number
  readonly project: string | null
  readonly root: string | null
  readonly is_release: boolean
  readonly name: string
  readonly address: string
  readonly title: string
  readonly body_text: string
  readonly body_html: string
}

/** Sends all messages that are due. What cannot be sent now is tried again ever later, for about a day. */
export async function deliverDue(deps: PostDeps): Promise<void> {
  const due = await listRows<DueRow>(
    deps.db,
    `UPDATE notifications n SET attempts = n.attempts + 1, send_at = now() + interval '${TAKEN_FOR}'
     FROM (SELECT id FROM notifications WHERE send_at <= now() ORDER BY send_at LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED) d
     WHERE n.id = d.id
     RETURNING n.id, n.attempts, n.address, n.title, n.body_text, n.body_html, n.root_id AS root,
       EXISTS (SELECT FROM definitions WHERE id = n.root_id) AS is_release,
       (SELECT name FROM projects WHERE number = n.project_id) AS project,
       coalesce((SELECT u.title FROM users u WHERE u.email = n.address), '') AS name`,
  )
  await Promise.all(due.map((message) => deliver(deps, message)))
}

async function deliver({ db, mailer, log }: PostDeps, message: DueRow): Promise<void> {
  const { id, root, is_release: isRelease } = message
  const list = message.project ?? 'lockstep'
  try {
    const sent = await mailer.send({
      key: id,
      to: { name: message.name, address: message.address },
      subject: message.title,
      text: message.body_text,
      html: message.body_html,
      thread: root === null ? 'lockstep' : idOf(isRelease ? 'rel' : 'run', root),
      list: { id: list, title: list },
    })
    await db.query(
      `UPDATE notifications SET state = $2, failure = $3, send_at = NULL,
         sent_at = CASE WHEN $2 = 'sent' THEN now() ELSE sent_at END WHERE id = $1`,
      sent.ok ? [id, 'sent', null] : [id, 'refused', sent.reason],
    )
  } catch (error) {
    log.warn({ err: error, notification: id }, 'a mail could not be sent; it is tried again')
    const failure = (error instanceof Error ? error.message : String(error)).slice(0, 500)
    const laterS = Math.min(2 ** message.attempts, 3_600)
    await db.query(
      `UPDATE notifications SET failure = $2, state = CASE WHEN $4 THEN 'failed' ELSE state END,
         send_at = CASE WHEN $4 THEN NULL ELSE now() + make_interval(secs => $3) END WHERE id = $1`,
      [id, failure, laterS, message.attempts >= ATTEMPTS_MAX],
    )
  }
}
