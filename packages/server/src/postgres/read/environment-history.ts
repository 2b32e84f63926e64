// What came to an environment and what went: the log of the inventory in entries that people read.

import { idOf, uuidOf, type EnvironmentId } from '@lockstep/domain'

import { DEFINED_ROOT } from '../audit/event-log.ts'
import { listRows, type Queryable } from '../queryable.ts'

/** One application that went to one version, by one run, person or finding, within one day (UTC). */
export interface EnvironmentChangeRow {
  /** Unique, and the place of a page's end together with `micros`. */
  readonly key: string
  /** When the last of it was there, in microseconds: no two moments of the log are the same in that. */
  readonly micros: string
  readonly at: Date
  readonly what: 'arrived' | 'left' | 'told' | 'accepted' | 'found' | 'lost'
  /** `project/name`. */
  readonly application: string
  /** null: nothing. */
  readonly version: string | null
  readonly before: readonly string[]
  readonly components: readonly string[]
  /** Some of them, in order. */
  readonly resources: readonly string[]
  readonly resource_count: number
  readonly drift: boolean
  /** Root of the run that wanted it; the environment itself when nobody did. */
  readonly root: string
  /** Who told or accepted it, or the agent that found it; null: a run put it there. */
  readonly actor: string | null
  /** Why, by the last of them who told or accepted it. */
  readonly reason: string | null
}

/** Where a page ends: before an entry, or with an empty key before everything of a moment. */
export interface HistoryPlace {
  readonly micros: string
  readonly key: string
}

/** Resources that an entry names. */
export const RESOURCES_NAMED_MAX = 20

const DAY_MS = 86_400_000
/** A page looks at whole days, and at no further one after so many changes: a fleet may change in all its places on one day. */
const CHANGES_READ = 10_000
const DAYS_READ = 60

// The row before says whether something changed: the log also has rows that only verify, or only want something else. What a person
// says is wanted where the same goes on running was accepted.
const CHANGED = `
  SELECT l.at, l.component_project || '/' || l.application AS application, l.component, l.resource,
    CASE WHEN l.unknown THEN p.runs->>'version' ELSE l.runs->>'version' END AS version,
    CASE WHEN l.unknown THEN NULL ELSE p.runs->>'version' END AS before,
    NOT l.unknown AND l.runs->>'digest' IS DISTINCT FROM l.wanted->>'digest' AS drift,
    l.by_root_id, l.source_id,
    CASE WHEN l.unknown THEN 'lost'
      WHEN EXISTS (SELECT FROM agents a WHERE a.id = l.source_id) THEN 'found'
      WHEN l.by_root_id = l.environment_id AND l.runs->>'digest' IS NOT DISTINCT FROM p.runs->>'digest' THEN 'accepted'
      WHEN l.by_root_id = l.environment_id THEN 'told'
      WHEN l.runs IS NULL THEN 'left' ELSE 'arrived' END AS what
  FROM inventory_log l
  LEFT JOIN LATERAL (
    SELECT o.runs, o.wanted, o.unknown FROM inventory_log o
    WHERE o.environment_id = l.environment_id AND o.component_project = l.component_project
      AND o.application = l.application AND o.component = l.component AND o.resource = l.resource
      AND o.at <= l.at AND (o.at, o.seq, o.ordinal) < (l.at, l.seq, l.ordinal)
    ORDER BY o.at DESC, o.seq DESC, o.ordinal DESC LIMIT 1) p ON true
  WHERE l.environment_id = $1 AND l.at >= $2::timestamptz AND l.at < $2::timestamptz + interval '1 day'
    AND CASE WHEN l.unknown THEN p.unknown IS NOT TRUE
      ELSE l.runs->>'digest' IS DISTINCT FROM p.runs->>'digest' OR (l.by_root_id = l.environment_id
        AND NOT EXISTS (SELECT FROM agents a WHERE a.id = l.source_id)
        AND l.wanted->>'digest' IS DISTINCT FROM p.wanted->>'digest') END`

const TELLERS = `
  SELECT e.body->>'report' AS report, e.body->>'comment' AS reason, e.actor FROM events e
  JOIN definitions d ON d.id = $1 AND d.project_id = e.project_id
  WHERE e.root_id = $3 AND e.id = $1 AND e.type = 'inventory_reported'`

const ENTRIES = `
  SELECT md5(concat_ws('|', what, application, version, by_root_id, actor, day)) AS key,
    (extract(epoch FROM max(at)) * 1000000)::bigint::text AS micros, max(at) AS at,
    what, application, version, by_root_id AS root, actor, bool_or(drift) AS drift,
    (array_agg(reason ORDER BY at DESC))[1] AS reason,
    coalesce(array_agg(DISTINCT before) FILTER (WHERE before IS NOT NULL), '{}') AS before,
    array_agg(DISTINCT component) AS components,
    (array_agg(DISTINCT resource))[1:${RESOURCES_NAMED_MAX}] AS resources,
    count(DISTINCT resource)::int AS resource_count
  FROM (
    SELECT c.*, date_trunc('day', c.at, 'UTC') AS day, t.reason,
      CASE WHEN c.what IN ('told', 'accepted') THEN t.actor WHEN c.what = 'found' THEN c.source_id::text END AS actor
    FROM changed c LEFT JOIN tellers t ON c.what IN ('told', 'accepted') AND t.report = c.source_id::text) named
  GROUP BY what, application, version, by_root_id, actor, day`

/**
 * Entries of an environment before a place, newest first, at most `limit`: those of the newest days. `next`: where the next page goes on;
 * null: nothing is before.
 */
export async function pageEnvironmentHistory(
  db: Queryable,
  wanted: {
    readonly environment: EnvironmentId
    readonly before: HistoryPlace | undefined
    readonly limit: number
    readonly now: number
  },
): Promise<{
  readonly entries: readonly EnvironmentChangeRow[]
  readonly next: HistoryPlace | null
}> {
  const { before, limit } = wanted
  const entries: EnvironmentChangeRow[] = []
  let day = before === undefined ? startOfDay(wanted.now) + DAY_MS : firstDayAfter(before)
  let changes = 0
  for (let days = 0; days < DAYS_READ && changes < CHANGES_READ; days += 1) {
    const found = await findDayBefore(db, wanted.environment, day)
    if (found === undefined) return { entries, next: null }
    day = found
    const own = await listDay(db, { ...wanted, day })
    const room = limit - entries.length
    entries.push(...own.slice(0, room))
    changes += own.reduce((sum, one) => sum + one.resource_count, 0)
    const last = entries.at(-1)
    if (own.length > room && last !== undefined) {
      return { entries, next: { micros: last.micros, key: last.key } }
    }
  }
  return { entries, next: { micros: String(day * 1000), key: '' } }
}

/** The newest day (UTC) before this moment on which the log says something. */
async function findDayBefore(
  db: Queryable,
  environment: EnvironmentId,
  before: number,
): Promise<number | undefined> {
  const [row] = await listRows<{ at: Date | null }>(
    db,
    `SELECT max(at) AS at FROM inventory_log
     WHERE environment_id = $1 AND at < to_timestamp($2::float8 / 1000)`,
    [uuidOf(environment), before],
  )
  return row?.at == null ? undefined : startOfDay(row.at.getTime())
}

async function listDay(
  db: Queryable,
  wanted: {
    readonly environment: EnvironmentId
    readonly before: HistoryPlace | undefined
    readonly day: number
    readonly limit: number
  },
): Promise<readonly EnvironmentChangeRow[]> {
  const rows = await listRows<EnvironmentChangeRow>(
    db,
    `WITH changed AS (${CHANGED}), tellers AS (${TELLERS}), entries AS (${ENTRIES})
     SELECT * FROM entries
     WHERE $4::bigint IS NULL OR (micros::bigint, key) < ($4::bigint, $5::text)
     ORDER BY micros::bigint DESC, key DESC LIMIT $6`,
    [
      uuidOf(wanted.environment),
      new Date(wanted.day),
      DEFINED_ROOT,
      wanted.before?.micros ?? null,
      wanted.before?.key ?? '',
      wanted.limit + 1,
    ],
  )
  return rows.map(withActor)
}

function startOfDay(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS
}

/** Nothing of a place is after this: the end of its day, or the place itself where a page ended with a day. */
function firstDayAfter({ micros, key }: HistoryPlace): number {
  const at = Number(micros) / 1000
  return key === '' ? at : startOfDay(at) + DAY_MS
}

/** An agent is named by its id, as other actors are. */
function withActor(row: EnvironmentChangeRow): EnvironmentChangeRow {
  return row.what === 'found' && row.actor !== null
    ? { ...row, actor: `agent:${idOf('agt', row.actor)}` }
    : row
}
