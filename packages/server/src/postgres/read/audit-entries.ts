import { idOf, uuidOf, type IdPrefix } from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'

/** An entry of the audit trail as it is shown. */
export interface AuditEntryView {
  position: string
  at: string
  type: string
  kind: string
  subject: string
  actor: string
  body: Record<string, unknown>
}

interface Row {
  readonly pos: string
  readonly seq: number
  readonly id: string
  readonly kind: string
  readonly type: string
  readonly actor: string
  readonly at: Date
  readonly body: Record<string, unknown>
}

const PREFIX_OF: Readonly<Record<string, IdPrefix>> = {
  pipeline_run: 'run',
  stage_run: 'stg',
  gate_run: 'gat',
  process_run: 'prc',
  step_run: 'stp',
  environment_lock: 'lck',
  release: 'rel',
}

/** Entries of a project, newest first. Undefined when `after` is no cursor. */
export async function listAuditEntries(
  db: Queryable,
  wanted: {
    readonly project: number
    readonly limit: number
    readonly after: string | undefined
    readonly subject: string | undefined
  },
): Promise<{ items: AuditEntryView[]; next: string | null } | undefined> {
  const cursor = wanted.after === undefined ? undefined : parseCursor(wanted.after)
  if (wanted.after !== undefined && cursor === undefined) return undefined
  const subject = wanted.subject === undefined ? null : parseSubject(wanted.subject)
  const rows = await listRows<Row>(
    db,
    `SELECT pos, seq, id, kind, type, actor, at, body FROM events
     WHERE project_id = $1 AND ($2::uuid IS NULL OR id = $2)
       AND ($3::timestamptz IS NULL OR (at, pos, id, seq) < ($3, $4::bigint, $5::uuid, $6::int))
     ORDER BY at DESC, pos DESC, id DESC, seq DESC LIMIT $7`,
    [
      wanted.project,
      subject,
      cursor?.at ?? null,
      cursor?.pos ?? null,
      cursor?.id ?? null,
      cursor?.seq ?? null,
      wanted.limit + 1,
    ],
  )
  const shown = rows.slice(0, wanted.limit)
  const last = shown.at(-1)
  return {
    items: shown.map(present),
    next: rows.length > wanted.limit && last !== undefined ? cursorOf(last) : null,
  }
}

function present({ pos, id, kind, type, actor, at, body }: Row): AuditEntryView {
  const prefix = PREFIX_OF[kind]
  const subject = prefix === undefined ? id : idOf(prefix, id)
  return { position: pos, at: at.toISOString(), type, kind, subject, actor, body }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const NOBODY = '00000000-0000-0000-0000-000000000000'

function parseSubject(text: string): string {
  if (UUID.test(text)) return text
  try {
    return uuidOf(text)
  } catch {
    return NOBODY
  }
}

function cursorOf({ at, pos, id, seq }: Row): string {
  return Buffer.from([at.toISOString(), pos, id, seq].join(' ')).toString('base64url')
}

function parseCursor(
  text: string,
):
  | { readonly at: string; readonly pos: string; readonly id: string; readonly seq: number }
  | undefined {
  const [at = '', pos = '', id = '', seq = ''] = Buffer.from(text, 'base64url')
    .toString()
    .split(' ')
  const isRight =
    /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(at) &&
    /^\d{1,18}$/.test(pos) &&
    UUID.test(id) &&
    /^\d{1,9}$/.test(seq)
  return isRight ? { at, pos, id, seq: Number(seq) } : undefined
}
