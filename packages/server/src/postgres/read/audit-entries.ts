// The audit trail as people read it: newest first, of one project or of what belongs to none.

import { idOf, idOfKind, prefixOf, uuidOf, type JsonValue, type ProjectId } from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'

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

/** Entries before a place, newest first; of one subject, what is below it and the roles that it was given, if one is named. */
export async function pageAuditEntries(
  db: Queryable,
  wanted: {
    /** null: of what belongs to no project. */
    readonly project: ProjectId | null
    readonly subject: string | undefined
    /** Of these types only. */
    readonly types: readonly string[] | undefined
    /** By this person or service account, also by their tokens. */
    readonly by: string | undefined
    /** Since then, and before then. */
    readonly from: number | undefined
    readonly until: number | undefined
    readonly before: AuditPlace | undefined
    readonly limit: number
    readonly now: number
  },
): Promise<readonly AuditEntryView[]> {
  const actors = wanted.by === undefined ? null : await listActors(db, wanted.by)
  const upTo = wanted.before?.at ?? wanted.until ?? wanted.now
  const first = wanted.from ?? 0
  for (const windowMs of WINDOWS_MS) {
    const from = windowMs === Infinity ? first : Math.max(first, upTo - windowMs)
    const rows = await listRows<Row>(
      db,
      `SELECT e.pos || '-' || e.id || '-' || e.seq AS position, (extract(epoch FROM e.at) * 1000)::float8 AS at,
         e.type, e.kind, e.id, e.actor, e.body, e.origin
       FROM events e
       WHERE e.project_id = CASE WHEN $1::uuid IS NULL THEN 0 ELSE (SELECT number FROM projects WHERE id = $1) END
         AND ($2::uuid IS NULL OR e.id = $2 OR e.root_id = $2 OR e.body->>'holder' = $10)
         AND e.at >= to_timestamp($3::float8 / 1000)
         AND ($4::float8 IS NULL OR (e.at, e.pos || '-' || e.id || '-' || e.seq) < (to_timestamp($4 / 1000), $5::text))
         AND ($7::text[] IS NULL OR e.type = ANY ($7)) AND ($8::text[] IS NULL OR e.actor = ANY ($8))
         AND ($9::float8 IS NULL OR e.at < to_timestamp($9 / 1000))
       ORDER BY e.at DESC, position DESC LIMIT $6`,
      [
        wanted.project === null ? null : uuidOf(wanted.project),
        wanted.subject === undefined ? null : uuidOf(wanted.subject),
        from,
        wanted.before?.at ?? null,
        wanted.before?.position ?? '',
        wanted.limit,
        wanted.types ?? null,
        actors,
        wanted.until ?? null,
        wanted.subject ?? null,
      ],
    )
    if (rows.length >= wanted.limit || from === first) {
      return rows.map(({ id, ...row }) => ({ ...row, subject: idOfKind(row.kind, id) }))
    }
  }
  return []
}

/** The actors that somebody is in the log: themselves, and every token of theirs. */
async function listActors(db: Queryable, id: string): Promise<readonly string[]> {
  const tokens = await listRows<{ id: string }>(
    db,
    'SELECT id FROM tokens WHERE user_id = $1 OR service_account_id = $1',
    [uuidOf(id)],
  )
  const own = prefixOf(id) === 'usr' ? [`user:${id}`] : []
  return [...own, ...tokens.map((token) => `token:${idOf('tok', token.id)}`)]
}
