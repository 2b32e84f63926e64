import { createHash } from 'node:crypto'
import { answer, refused, type deliverableRoutes } from '@lockstep/contract'
import { isIdText } from '@lockstep/domain'

import { verifyAudit, type AuditVerdict } from '../../postgres/audit/verify-audit.ts'
import {
  checkpointFaultOf,
  holdAgainstCheckpoints,
} from '../../postgres/audit/verify-checkpoints.ts'
import type { Database } from '../../postgres/queryable.ts'
import {
  pageAuditEntries,
  type AuditEntryView,
  type AuditPlace,
} from '../../postgres/read/audit-entries.ts'
import { TOPIC_TYPES } from '../../postgres/read/audit-topics.ts'
import { nameOf, readNames } from '../../postgres/read/names.ts'
import { cursorOf, NOT_A_CURSOR, placeIn } from '../page.ts'
import { timestampOf } from '../present.ts'
import type { ServerHandlers } from '../request-context.ts'

type AuditRoutes = Pick<typeof deliverableRoutes, 'listAuditEntries' | 'verifyAudit'>

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
}): ServerHandlers<AuditRoutes> {
  return {
    async listAuditEntries({ query }) {
      const before = placeIn(query.after, /^\d{1,15}~\d{1,20}-[0-9a-f-]{36}-\d{1,10}$/)
      if (before === null) return NOT_A_CURSOR
      if (query.subject !== undefined && !isIdText(query.subject)) {
        return refused(
          'invalid_field',
          '"subject" in the query is an id, such as def_… or run_….',
          { field: 'subject' },
        )
      }
      const rows = await pageAuditEntries(pool, {
        project: query.project,
        subject: query.subject,
        types: query.topic === undefined ? undefined : TOPIC_TYPES[query.topic],
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
        shown.map(({ actor }) => actor),
      )
      const last = shown.at(-1)
      return answer({
        items: shown.map((entry) => ({
          ...entry,
          at: timestampOf(entry.at),
          by: nameOf(names, entry.actor),
          body: { ...entry.body },
          origin: entry.origin === null ? null : { ...entry.origin },
        })),
        next: rows.length > query.limit && last !== undefined ? cursorOf(placeOf(last)) : null,
      })
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
  }
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

function sentenceOf({ lane, n, reason, events }: Extract<AuditVerdict, { ok: false }>): string {
  const which = events.length === 0 ? '' : ` Entries there: ${events.slice(0, 10).join(', ')}.`
  return `In chain ${lane} at seal ${n} ${REASONS[reason]}. What comes before is as it was written.${which}`
}
