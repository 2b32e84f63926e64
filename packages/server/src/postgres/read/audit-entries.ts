// The audit trail as people read it: newest first, of one project.

import { uuidOf, type JsonValue, type ProjectId } from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'
import { idOfKind } from '../reactor/kinds.ts'

export interface AuditEntryView {
  /** Of the event in the log, unique. */
  readonly position: string
  readonly at: number
  readonly type: string
  readonly kind: string
  readonly subject: string
  readonly actor: string
  readonly body: { readonly [field: string]: JsonValue }
  readonly origin: { readonly [field: string]: JsonValue } | null
}

/** Where a page ends: an event and its time. */
export interface AuditPlace {
  readonly at: number
  readonly position: string
}

interface Row {
  readonly position: string
  readonly at: number
  readonly type: string
  readonly kind: string
  readonly id: string
  readonly actor: string
  readonly body: AuditEntryView['body']
  readonly origin: AuditEntryView['origin']
}

const DAY_MS = 86_400_000
/** How far back is looked at first, and then: times in the log are in the order of its pages, so near ones are cheap. */
const WINDOWS_MS = [DAY_MS, 30 * DAY_MS, Infinity]

/** Entries of a project before a place, newest first; of one subject and what is below it, if given. */
export async function pageAuditEntries(
  db: Queryable,
  wanted: {
    readonly project: ProjectId
    readonly subject: string | undefined
    readonly before: AuditPlace | undefined
    readonly limit: number
    readonly now: number
  },
): Promise<readonly AuditEntryView[]> {
  const upTo = wanted.before?.at ?? wanted.now
  for (const windowMs of WINDOWS_MS) {
    const from = windowMs === Infinity ? 0 : Math.max(0, upTo - windowMs)
    const rows = await listRows<Row>(
      db,
      `SELECT e.pos || '-' || e.id || '-' || e.seq AS position, (extract(epoch FROM e.at) * 1000)::float8 AS at,
         e.type, e.kind, e.id, e.actor, e.body, e.origin
       FROM events e JOIN projects p ON p.number = e.project_id
       WHERE p.id = $1 AND ($2::uuid IS NULL OR e.id = $2 OR e.root_id = $2)
         AND e.at >= to_timestamp($3::float8 / 1000)
         AND ($4::float8 IS NULL OR (e.at, e.pos || '-' || e.id || '-' || e.seq) < (to_timestamp($4 / 1000), $5::text))
       ORDER BY e.at DESC, position DESC LIMIT $6`,
      [
        uuidOf(wanted.project),
        wanted.subject === undefined ? null : uuidOf(wanted.subject),
        from,
        wanted.before?.at ?? null,
        wanted.before?.position ?? '',
        wanted.limit,
      ],
    )
    if (rows.length >= wanted.limit || from === 0) {
      return rows.map(({ id, ...row }) => ({ ...row, subject: idOfKind(row.kind, id) }))
    }
  }
  return []
}
