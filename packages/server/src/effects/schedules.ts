// Pipelines that begin at a time of day or week: the queue keeps the clock, and starts each of its strokes once.

import { createHash } from 'node:crypto'
import type { PgBoss } from 'pg-boss'

import type { Log } from '../ports/observe.ts'
import {
  listDefinitionsById,
  type StoredDefinition,
} from '../postgres/deliverables/definition-store.ts'
import { listRows, type Queryable } from '../postgres/queryable.ts'
import { beginByTrigger, type BeginDeps } from './begin-by-trigger.ts'

/** The queue of what has come due. */
export const SCHEDULED = 'start_scheduled'
const COMPARE_EVERY_MS = 30_000
/** Tried again ever later, at most an hour apart, for about a day. */
const RETRIES = { retryLimit: 30, retryDelay: 5, retryBackoff: true, retryDelayMax: 3_600 }

export interface ScheduleDeps extends BeginDeps {
  readonly log: Log
}

/** A stroke of the clock: which pipeline, and which of its schedules. */
interface Stroke {
  readonly pipeline: string
  readonly schedule: string
}

interface Wanted extends Stroke {
  readonly cron: string
  readonly zone: string
}

/** Keeps the queue's schedules as the definitions say, and starts what comes due, until it is disposed. */
export async function carrySchedules(boss: PgBoss, deps: ScheduleDeps): Promise<AsyncDisposable> {
  await boss.createQueue(SCHEDULED, RETRIES)
  await boss.updateQueue(SCHEDULED, RETRIES)
  await boss.work<Stroke>(SCHEDULED, { pollingIntervalSeconds: 2 }, async (jobs) => {
    for (const { id, data } of jobs) await startScheduled(deps, { id, ...data })
  })
  let comparing: Promise<void> = Promise.resolve()
  const compare = (): void => {
    comparing = comparing
      .then(() => keepSchedules(boss, deps))
      .catch((error: unknown) => {
        deps.log.warn({ err: error }, 'schedules could not be compared with the definitions')
      })
  }
  compare()
  const timer = setInterval(compare, COMPARE_EVERY_MS)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await comparing
    },
  }
}

/** Makes the queue's schedules those of the newest definitions. One that cannot be kept is told of and stops no other. */
export async function keepSchedules(
  boss: Pick<PgBoss, 'getSchedules' | 'schedule' | 'unschedule'>,
  deps: Pick<ScheduleDeps, 'db' | 'log'>,
): Promise<void> {
  const wanted = await listWanted(deps.db)
  const kept = await boss.getSchedules(SCHEDULED)
  for (const { key } of kept) {
    if (!wanted.has(key)) await boss.unschedule(SCHEDULED, key)
  }
  for (const [key, { pipeline, schedule, cron, zone }] of wanted) {
    if (kept.some((one) => one.key === key)) continue
    try {
      await boss.schedule(SCHEDULED, cron, { pipeline, schedule }, { tz: zone, key })
    } catch (error) {
      deps.log.warn({ err: error, pipeline, cron, zone }, 'a schedule cannot be kept')
    }
  }
}

/** Starts the run of one stroke: exactly one, however often it is carried out. Rejects when it cannot be planned now. */
export async function startScheduled(
  deps: ScheduleDeps,
  stroke: Stroke & { readonly id: string },
): Promise<void> {
  const found = (await listWanted(deps.db)).get(stroke.schedule)
  // The definition has changed since: this is not its time any more.
  if (found?.pipeline !== stroke.pipeline) return
  const [pipeline] = await listDefinitionsById(deps.db, [stroke.pipeline])
  if (pipeline === undefined) return
  const fault = await beginByTrigger(deps, {
    id: `schedule/${stroke.id}`,
    what: `${pipeline.project}/${pipeline.name} at its time`,
    pipeline,
    source: null,
    snapshots: new Map(),
    cause: `schedule/${pipeline.uuid}/${stroke.id}`,
  })
  if (fault !== undefined) throw fault
}

/** All schedules of the newest definitions, by their keys. */
async function listWanted(db: Queryable): Promise<ReadonlyMap<string, Wanted>> {
  const rows = await listRows<{ id: string }>(
    db,
    `SELECT d.id FROM definitions d JOIN definition_revisions r ON r.definition_id = d.id AND r.revision = d.revision
     WHERE d.kind = 'pipeline' AND d.retired_at IS NULL AND r.body @> '{"on":[{"kind":"schedule"}]}'`,
  )
  const pipelines = await listDefinitionsById(
    db,
    rows.map(({ id }) => id),
  )
  return new Map(pipelines.flatMap(schedulesOf).map((one) => [one.schedule, one]))
}

function schedulesOf({ uuid, definition }: StoredDefinition): readonly Wanted[] {
  if (definition.kind !== 'pipeline') return []
  return definition.on.flatMap((trigger) => {
    if (trigger.kind !== 'schedule') return []
    const { cron, zone } = trigger
    const digest = createHash('sha256').update(`${cron} ${zone}`).digest('hex').slice(0, 16)
    return [{ pipeline: uuid, schedule: `${uuid}.${digest}`, cron, zone }]
  })
}
