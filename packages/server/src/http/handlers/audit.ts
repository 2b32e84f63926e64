import { createHash } from 'node:crypto'
import { answer, refused, type auditRoutes, type RouteRequest } from '@lockstep/contract'
import { idOfKind, isIdText, uuidOf, type JsonValue, type ProjectId } from '@lockstep/domain'

import {
  listChainParts,
  readPartSeals,
  type PartSeal,
} from '../../postgres/audit/chains-of-project.ts'
import { verifyAudit, type AuditVerdict } from '../../postgres/audit/verify-audit.ts'
import {
  checkpointFaultOf,
  holdAgainstCheckpoints,
} from '../../postgres/audit/verify-checkpoints.ts'
import { findRow, type Database } from '../../postgres/queryable.ts'
import {
  pageAuditEntries,
  type AuditEntryView,
  type AuditPlace,
} from '../../postgres/read/audit-entries.ts'
import { typesOf } from '../../postgres/read/audit-topics.ts'
import { nameOf, readNames, type Names } from '../../postgres/read/names.ts'
import { NOT_FOUND } from '../authorize.ts'
import { idsIn, presentEntry } from '../entry-words.ts'
import { cursorOf, NOT_A_CURSOR, placeIn } from '../page.ts'
import { timestampOf } from '../present.ts'
import type { ServerHandlers } from '../request-context.ts'

type TrailQuery = RouteRequest<(typeof auditRoutes)['listSystemAuditEntries']>['query']

/** The audit trail: who did what, and whether it is as it was written. */
export function auditHandlers({
  pool,
  now,
  dataDir,
}: {
  readonly pool: Database
  readonly now: () => number
  /** Its signed checkpoints are held against the log. */
  readonly dataDir: string
}): ServerHandlers<typeof auditRoutes> {
  /** A page of the trail of a project; null: of what belongs to none. */
  async function searchTrail(project: ProjectId | null, query: TrailQuery) {
    const before = placeIn(query.after, /^\d{1,15}~\d{1,20}-[0-9a-f-]{36}-\d{1,10}$/)
    if (before === null) return NOT_A_CURSOR
    if (query.subject !== undefined && !isIdText(query.subject)) {
      return refused('invalid_field', '"subject" in the query is an id, such as def_… or run_….', {
        field: 'subject',
      })
    }
    const rows = await pageAuditEntries(pool, {
      project,
      subject: query.subject,
      types: query.topic === undefined ? undefined : typesOf(query.topic),
      by: query.by,
      from: query.from === undefined ? undefined : Date.parse(query.from),
      until: query.until === undefined ? undefined : Date.parse(query.until),
      before: before === undefined ? undefined : auditPlaceOf(before),
      limit: query.limit + 1,
      now: now(),
    })
    const shown = rows.slice(0, query.limit)
    const names = await readNames(
      pool,
      shown.flatMap((entry) => [entry.actor, ...idsIn(entry)]),
    )
    const last = shown.at(-1)
    return answer({
      items: shown.map((entry) => ({
        ...entry,
        at: timestampOf(entry.at),
        by: nameOf(names, entry.actor),
        says: presentEntry({ ...entry, nameOf: (id) => nameOf(names, id) }),
        holder: holderOf(entry, names),
        body: { ...entry.body },
        origin: entry.origin === null ? null : { ...entry.origin },
      })),
      next: rows.length > query.limit && last !== undefined ? cursorOf(placeOf(last)) : null,
    })
  }

  return {
    async listAuditEntries({ query }) {
      return searchTrail(query.project, query)
    },

    async listSystemAuditEntries({ query }) {
      return searchTrail(null, query)
    },

    async verifyAudit() {
      const client = await pool.connect()
      try {
        const verdict = await verifyAudit(client)
        const { rows } = await client.query<{ id: number; n: string; hash: Buffer }>(
          'SELECT id, n, hash FROM lanes ORDER BY id',
        )
        const heads = rows.map(({ id, n, hash }) => `${id} ${n} ${hash.toString('hex')}\n`)
        const signed = await holdAgainstCheckpoints(client, dataDir)
        const isSound = verdict.ok && signed.ok
        const fault = signed.ok ? null : checkpointFaultOf(signed)
        return answer({
          ok: isSound,
          entries: verdict.ok ? verdict.events : 0,
          seals: verdict.ok ? verdict.seals : 0,
          broken: verdict.ok ? fault : sentenceOf(verdict),
          checkpoint: isSound && signed.at !== null ? timestampOf(signed.at) : null,
          head: `sha256:${createHash('sha256').update(heads.join('')).digest('hex')}`,
        })
      } finally {
        client.release()
      }
    },

    async listAuditChains({ query }) {
      const after = placeIn(query.after, /^\d{1,6}$/)
      if (after === null) return NOT_A_CURSOR
      const parts = await listChainParts(pool, {
        project: query.project,
        from: query.from === undefined ? undefined : Date.parse(query.from),
        until: query.until === undefined ? undefined : Date.parse(query.until),
        after: Number(after ?? 0),
        limit: query.limit + 1,
        dataDir,
      })
      const shown = parts.slice(0, query.limit)
      const last = shown.at(-1)
      const isMore = parts.length > query.limit && last !== undefined
      return answer({ items: shown, next: isMore ? cursorOf(String(last.chain)) : null })
    },

    async listAuditSeals({ query }) {
      const after = placeIn(query.after, /^\d{1,11}$/)
      if (after === null) return NOT_A_CURSOR
      const project = await findRow<{ number: number }>(
        pool,
        'SELECT number FROM projects WHERE id = $1',
        [uuidOf(query.project)],
      )
      if (project === undefined) return NOT_FOUND
      const { seals, next } = await readPartSeals(pool, {
        project: project.number,
        chain: query.chain,
        after: after === undefined ? query.first - 1 : Number(after),
        last: query.last,
        limit: query.limit,
      })
      const names = await readNames(
        pool,
        seals.flatMap(({ entries }) => entries.map(({ actor }) => actor)),
      )
      return answer({
        items: seals.map((seal) => presentSeal(seal, names)),
        next: next === undefined ? null : cursorOf(String(next)),
      })
    },
  }
}

function presentSeal({ before, after, entries, ...seal }: PartSeal, names: Names) {
  return {
    ...seal,
    before: [...before],
    after: [...after],
    entries: entries.map(({ n: _n, id, leaf, ...entry }) => ({
      ...entry,
      at: timestampOf(entry.at),
      subject: idOfKind(entry.kind, id),
      body: fieldsOf(entry.body),
      origin: entry.origin === null ? null : fieldsOf(entry.origin),
      hash: leaf,
      by: nameOf(names, entry.actor),
    })),
  }
}

/** Bodies and origins are objects: that is how they are written. Whatever else stands there now has another leaf. */
function fieldsOf(value: JsonValue): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value ?? {}))
}

/** Entries about roles name their holder by its id. */
function holderIn({ body }: AuditEntryView): string | undefined {
  const { holder } = body
  return typeof holder === 'string' ? holder : undefined
}

function holderOf(entry: AuditEntryView, names: Names): string | null {
  const holder = holderIn(entry)
  return holder === undefined ? null : nameOf(names, holder)
}

function placeOf({ at, position }: AuditEntryView): string {
  return `${Math.round(at)}~${position}`
}

function auditPlaceOf(place: string): AuditPlace {
  const [at = '', position = ''] = place.split('~')
  return { at: Number(at), position }
}

const REASONS = {
  seal_missing: 'a seal is missing',
  chain_broken: 'a seal does not follow from the one before',
  event_missing_or_added: 'an entry is missing, or was added',
  event_changed: 'an entry was changed after it was written',
  head_moved_back: 'the newest entries were taken away',
} as const

function sentenceOf({ chain, n, reason, events }: Extract<AuditVerdict, { ok: false }>): string {
  const which = events.length === 0 ? '' : ` Entries there: ${events.slice(0, 10).join(', ')}.`
  return `In chain ${chain} at seal ${n} ${REASONS[reason]}. What comes before is as it was written.${which}`
}
