// Everything that happened in a database, event by event and attempt by attempt, without what differs from one time to
// the next: ids, times, and digests of what contains ids.

import type { TestDatabase } from '../packages/server/testing/database.ts'

interface Aggregate {
  readonly id: string
  readonly root_id: string
  readonly parent_id: string | null
  readonly kind: string
  readonly node: string | null
  readonly attempt: number
}

interface Event {
  readonly id: string
  readonly seq: number
  readonly type: string
  readonly actor: string
  readonly body: object
}

interface Job {
  readonly owner_id: string
  readonly step: string
  readonly link: number
  readonly target: number
  readonly attempt: number
  readonly cause: string | null
  readonly status: string
  readonly fence: number
}

/**
 * One line for each event and each job, by the place of its aggregate. The order of an aggregate's events is kept, but for
 * gates, which ask several questions at once. Wake-ups are left out: they say that time has passed, and nothing else.
 */
export async function readHistory(
  { pool }: TestDatabase,
  keptDigests: ReadonlySet<string>,
): Promise<readonly string[]> {
  const { rows: aggregates } = await pool.query<Aggregate>(
    'SELECT id, root_id, parent_id, kind, node, attempt FROM aggregates ORDER BY created_at, id',
  )
  const { rows: events } = await pool.query<Event>(
    `SELECT e.id, e.seq, e.type, e.actor, e.body FROM events e
     JOIN aggregates a USING (project_id, root_id, id) WHERE e.kind = a.kind AND e.type <> 'woken' ORDER BY e.id, e.seq`,
  )
  const { rows: jobs } = await pool.query<Job>(
    'SELECT owner_id, step, link, target, attempt, cause, status, fence FROM jobs ORDER BY step, target, link, attempt',
  )
  const eventsOf = Map.groupBy(events, ({ id }) => id)
  const jobsOf = Map.groupBy(jobs, ({ owner_id: owner }) => owner)
  const placeOf = namePlaces(aggregates)
  const lines = aggregates.flatMap(({ id, kind }) => {
    const happened = (eventsOf.get(id) ?? []).map(
      ({ type, actor, body }) => `${type} by ${actor} ${JSON.stringify(body)}`,
    )
    const masked = happened.map((line) => mask(line, keptDigests))
    const ordered = kind === 'gate_run' ? masked.toSorted() : masked
    const worked = (jobsOf.get(id) ?? []).map(({ owner_id: _owner, ...job }) => JSON.stringify(job))
    return [...ordered, ...worked].map((line) => `${placeOf.get(id) ?? id}: ${line}`)
  })
  // Between aggregates nothing is promised about the order.
  const byPlace = Map.groupBy(lines, (line) => line.slice(0, line.indexOf(': ')))
  return [...byPlace.keys()].toSorted().flatMap((place) => byPlace.get(place) ?? [])
}

/** `pipeline_run 2 / stage_run 0.1 / gate_run exit.1`: roots by their kind in the order in which they were made. */
function namePlaces(aggregates: readonly Aggregate[]): ReadonlyMap<string, string> {
  const byId = new Map(aggregates.map((one) => [one.id, one]))
  const roots = Map.groupBy(
    aggregates.filter(({ parent_id: parent }) => parent === null),
    ({ kind }) => kind,
  )
  const nameOf = (one: Aggregate): string => {
    const parent = one.parent_id === null ? undefined : byId.get(one.parent_id)
    if (parent === undefined) return `${one.kind} ${(roots.get(one.kind) ?? []).indexOf(one) + 1}`
    return `${nameOf(parent)} / ${one.kind} ${one.node ?? ''}.${one.attempt}`
  }
  return new Map(aggregates.map((one) => [one.id, nameOf(one)]))
}

function mask(line: string, keptDigests: ReadonlySet<string>): string {
  return line
    .replaceAll(/sha256:[0-9a-f]{64}/g, (digest) => (keptDigests.has(digest) ? digest : '<digest>'))
    .replaceAll(/\b([a-z]{2,4})_[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, '<$1>')
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
    .replaceAll(/\b[0-9a-f]{40}\b/g, '<commit>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/\b1\d{12}\b/g, '<time>')
    .replaceAll(/"durationMs":\d+/g, '"durationMs":0')
}
