// Messages as people look after them: what went out and what did not.

import { idOf, type Id, type ProjectId, uuidOf } from '@lockstep/domain'

import { findRow, listRows, type Queryable } from '../queryable.ts'

export interface NotificationView {
  readonly id: Id<'ntf'>
  readonly project: {
    readonly id: ProjectId
    readonly name: string
    readonly number: number
  } | null
  readonly kind: string
  readonly title: string
  readonly receiver: string
  readonly address: string
  readonly state: 'queued' | 'sent' | 'failed' | 'refused' | 'declined'
  readonly failure: string | null
  readonly attempts: number
  readonly at: number
  readonly sentAt: number | null
}

interface Row {
  readonly id: string
  readonly project_id: string | null
  readonly project: string | null
  readonly number: number | null
  readonly kind: string
  readonly title: string
  readonly receiver: string
  readonly address: string
  readonly state: NotificationView['state']
  readonly failure: string | null
  readonly attempts: number
  readonly created_at: Date
  readonly sent_at: Date | null
}

const SELECTED = `SELECT n.id, p.id AS project_id, p.name AS project, p.number, n.kind, n.title,
    coalesce(u.name, n.address) AS receiver, n.address, n.state, n.failure, n.attempts, n.created_at, n.sent_at
  FROM notifications n LEFT JOIN projects p ON p.number = n.project_id LEFT JOIN users u ON u.email = n.address`

/** Messages of these projects, newest first; those of the system belong to `all`. */
export async function pageNotifications(
  db: Queryable,
  wanted: {
    readonly projects: 'all' | readonly ProjectId[]
    readonly state: string | undefined
    readonly after: string | undefined
    readonly limit: number
  },
): Promise<readonly NotificationView[]> {
  const { projects, state, after, limit } = wanted
  const rows = await listRows<Row>(
    db,
    `${SELECTED} WHERE ($1::uuid[] IS NULL OR p.id = ANY ($1)) AND ($2::text IS NULL OR n.state = $2)
       AND ($3::uuid IS NULL OR n.id < $3) ORDER BY n.id DESC LIMIT $4`,
    [
      projects === 'all' ? null : projects.map(uuidOf),
      state ?? null,
      after === undefined ? null : uuidOf(after),
      limit,
    ],
  )
  return rows.map(viewOf)
}

export async function findNotification(
  db: Queryable,
  id: Id<'ntf'>,
): Promise<NotificationView | undefined> {
  const row = await findRow<Row>(db, `${SELECTED} WHERE n.id = $1`, [uuidOf(id)])
  return row && viewOf(row)
}

function viewOf(row: Row): NotificationView {
  const { kind, title, receiver, address, state, failure, attempts } = row
  return {
    id: idOf('ntf', row.id),
    project:
      row.project_id === null
        ? null
        : { id: idOf('prj', row.project_id), name: row.project ?? '', number: row.number ?? 0 },
    kind,
    title,
    receiver,
    address,
    state,
    failure,
    attempts,
    at: row.created_at.getTime(),
    sentAt: row.sent_at?.getTime() ?? null,
  }
}

/** What a message says; undefined when there is none. */
export async function findNotificationText(
  db: Queryable,
  id: Id<'ntf'>,
): Promise<string | undefined> {
  const row = await findRow<{ body_text: string }>(
    db,
    'SELECT body_text FROM notifications WHERE id = $1',
    [uuidOf(id)],
  )
  return row?.body_text
}
