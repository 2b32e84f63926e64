// The one statement of a flush: it locks and compares everything by primary key, and then either writes all or nothing.

import { uuidOf } from '@lockstep/domain'
import type { Instant } from '@lockstep/domain'
import { addFacts } from './fact-statement.ts'
import { positionOf } from './seal.ts'
import { StatementBuilder } from './statement-builder.ts'
import type { Place, Submission } from './submission.ts'
import type { AggregateRow, EventRow, Write, WriteOf } from './write.ts'

/** Everything that one transaction writes, sorted by key. */
export interface FlushRows {
  readonly at: Instant
  readonly aggregates: readonly AggregateRow[]
  readonly events: readonly EventRow[]
  readonly writes: readonly Write[]
}

export interface FlushSeal {
  readonly lane: number
  /** The number that the lane has before; the seal has the next. */
  readonly n: number
  readonly previous: Buffer
  readonly hash: Buffer
}

export interface FlushStatement {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
  /** Whose check a number in the answer means, per list of the answer. */
  readonly checks: {
    readonly aggregates: readonly Place[]
    readonly jobs: readonly Submission[]
    readonly inbox: readonly Submission[]
    readonly guards: readonly Submission[]
    readonly keys: readonly Submission[]
  }
}

/** What the statement answers: nothing but `ok` and the time when it wrote; else which locks were not as expected. */
export interface FlushAnswer {
  readonly ok: boolean
  readonly now: number
  readonly lane: boolean
  readonly aggregates: readonly number[] | null
  readonly jobs: readonly number[] | null
  readonly inbox: readonly number[] | null
  readonly guards: readonly number[] | null
  readonly keys: readonly number[] | null
}

export function buildFlush(rows: FlushRows, seal: FlushSeal | undefined): FlushStatement {
  const sorted = inOrderOfKeys(sortWrites(rows.writes))
  const builder = new StatementBuilder(rows.at)
  const checks = {
    aggregates: rows.aggregates.map(({ draft }) => draft.place),
    jobs: sorted.finish_job.map(({ submission }) => submission),
    inbox: sorted.take_inbox.map(({ submission }) => submission),
    guards: sorted.check_guard.map(({ submission }) => submission),
    keys: sorted.command.map(({ submission }) => submission),
  }
  if (seal !== undefined) addSeal(builder, seal, rows.events)
  if (rows.aggregates.length > 0) addAggregates(builder, rows.aggregates)
  addJobs(builder, sorted)
  addInbox(builder, sorted)
  addGuards(builder, sorted)
  addCommands(builder, sorted.command)
  addFacts(builder, sorted.fact)
  if (sorted.set_aside.length > 0) addSetAside(builder, sorted.set_aside)
  return { ...builder.finish(), checks }
}

function addSeal(builder: StatementBuilder, seal: FlushSeal, events: readonly EventRow[]): void {
  builder.part('s')
  const lane = builder.value(seal.lane, 'int')
  const n = builder.value(seal.n, 'bigint')
  const hash = builder.value(seal.hash, 'bytea')
  builder.lock(`lane AS MATERIALIZED (SELECT n FROM lanes WHERE id = ${lane} FOR UPDATE)`)
  builder.lane = `coalesce((SELECT n FROM lane) = ${n}, false)`
  builder.write(`
    lane_moved AS (UPDATE lanes SET n = ${n} + 1, hash = ${hash} WHERE id = ${lane} AND (SELECT ok FROM verdict))`)
  builder.write(`
    sealed AS (
      INSERT INTO seals (lane, n, prev, hash, events, at)
      SELECT ${lane}, ${n} + 1, ${builder.value(seal.previous, 'bytea')}, ${hash}, ${builder.value(events.length, 'int')}, ${builder.at}
      WHERE (SELECT ok FROM verdict))`)
  const pos = builder.value(positionOf(seal.lane, seal.n + 1), 'bigint')
  const hasOrigin = events.some(({ origin }) => origin !== undefined)
  if (hasOrigin) builder.part('o')
  const origins = hasOrigin ? builder.json(events.map(({ origin }) => origin)) : undefined
  builder.write(`
    happened AS (
      INSERT INTO events (project_id, root_id, id, seq, pos, kind, type, v, actor, at, ids, origin, body)
      SELECT t.project, t.root, t.id, t.seq, ${pos}, t.kind, t.type, t.v, t.actor, ${builder.at}, t.ids,
             ${origins === undefined ? 'NULL' : 't.origin::jsonb'}, t.body::jsonb
      FROM unnest(
        ${builder.numbers(
          events.map(({ place }) => place.project),
          'int',
        )},
        ${builder.uuids(events.map(({ place }) => place.root))},
        ${builder.uuids(events.map(({ place }) => place.id))},
        ${builder.numbers(
          events.map(({ seq }) => seq),
          'int',
        )},
        ${builder.texts(events.map(({ kind }) => kind))},
        ${builder.texts(events.map(({ type }) => type))},
        ${builder.numbers(
          events.map(({ v }) => v),
          'smallint',
        )},
        ${builder.texts(events.map(({ actor }) => actor))},
        ${builder.uuids(events.map(({ ids }) => ids))},
        ${builder.json(events.map(({ body }) => body))}${origins === undefined ? '' : `, ${origins}`}
      ) AS t (project, root, id, seq, kind, type, v, actor, ids, body${origins === undefined ? '' : ', origin'})
      WHERE (SELECT ok FROM verdict))`)
}

function addAggregates(builder: StatementBuilder, rows: readonly AggregateRow[]): void {
  const hasNew = rows.some(({ draft }) => draft.expected === 0)
  builder.part(hasNew ? 'b' : 'a')
  const drafts = rows.map(({ draft }) => draft)
  const born = hasNew
    ? `, ${builder.texts(drafts.map(({ kind }) => kind))}, ${builder.uuids(drafts.map(({ parent }) => parent))}, ${builder.texts(
        drafts.map(({ node }) => node),
      )}, ${builder.numbers(
        drafts.map(({ attempt }) => attempt),
        'int',
      )}`
    : ''
  builder.lock(`
    aggregates_in AS MATERIALIZED (
      SELECT * FROM unnest(
        ${builder.numbers(
          drafts.map(({ place }) => place.project),
          'int',
        )},
        ${builder.uuids(drafts.map(({ place }) => place.root))},
        ${builder.uuids(drafts.map(({ place }) => place.id))},
        ${builder.numbers(
          drafts.map(({ expected }) => expected),
          'int',
        )},
        ${builder.numbers(
          drafts.map(({ version }) => version),
          'int',
        )},
        ${builder.texts(rows.map(({ status }) => status))},
        ${builder.json(rows.map(({ waits }) => waits && JSON.stringify(waits)))},
        ${builder.booleans(rows.map(({ waits }) => waits?.on === 'person'))},
        ${builder.moments(drafts.map(({ wakeAt }) => wakeAt))},
        ${builder.booleans(rows.map(({ isTerminal }) => isTerminal))},
        ${builder.json(rows.map(({ stateText }) => stateText))}${born}
      ) WITH ORDINALITY AS t (project, root, id, expected, version, status, waits, needs_person, wake_at, is_terminal, state${
        hasNew ? ', kind, parent, node, attempt' : ''
      }, ord))`)
  builder.lock(`
    aggregates_locked AS MATERIALIZED (
      SELECT t.ord, t.expected, a.version FROM aggregates_in t LEFT JOIN LATERAL (
        SELECT version FROM aggregates
        WHERE project_id = t.project AND root_id = t.root AND id = t.id FOR NO KEY UPDATE) a ON true)`)
  builder.fails(
    'aggregates',
    '(SELECT array_agg(ord::int) FROM aggregates_locked WHERE version IS DISTINCT FROM nullif(expected, 0))',
  )
  builder.write(`
    changed AS (
      UPDATE aggregates a SET version = t.version, status = t.status, waits = t.waits::jsonb, needs_person = t.needs_person,
        wake_at = to_timestamp(t.wake_at / 1000), state = t.state::jsonb,
        finished_at = CASE WHEN t.is_terminal THEN ${builder.at} END
      FROM aggregates_in t
      WHERE a.project_id = t.project AND a.root_id = t.root AND a.id = t.id AND t.expected > 0 AND (SELECT ok FROM verdict))`)
  if (!hasNew) return
  builder.write(`
    begun AS (
      INSERT INTO aggregates (project_id, root_id, id, kind, parent_id, node, attempt, version, status, waits, needs_person,
        wake_at, state, created_at, finished_at)
      SELECT t.project, t.root, t.id, t.kind, t.parent, t.node, t.attempt, t.version, t.status, t.waits::jsonb, t.needs_person,
        to_timestamp(t.wake_at / 1000), t.state::jsonb, ${builder.at}, CASE WHEN t.is_terminal THEN ${builder.at} END
      FROM aggregates_in t WHERE t.expected = 0 AND (SELECT ok FROM verdict))`)
}

type Sorted = { readonly [W in Write['write']]: readonly WriteOf<W>[] }

function addJobs(builder: StatementBuilder, sorted: Sorted): void {
  const finished = new Set(sorted.finish_job.map(({ owned }) => uuidOf(owned.job)))
  // The same row cannot be written twice in one statement: what is opened or reported and closed at once is written closed.
  const closed = new Map(sorted.close_job.map((write) => [write.job, write.status]))
  if (sorted.finish_job.length > 0) addFinishedJobs(builder, sorted.finish_job, closed)
  const opened = new Set(sorted.open_job.map(({ order }) => uuidOf(order.id)))
  const cancelled = new Map(sorted.cancel_jobs.map(({ owner, graceMs }) => [owner.id, graceMs]))
  const closing = sorted.close_job.filter(({ job }) => !finished.has(job) && !opened.has(job))
  if (sorted.open_job.length > 0) addOpenedJobs(builder, sorted.open_job, closed, cancelled)
  if (closing.length > 0) addClosedJobs(builder, closing)
  if (sorted.cancel_jobs.length > 0) {
    const untouchable = [...finished, ...closing.map(({ job }) => job)]
    addCancelledJobs(builder, sorted.cancel_jobs, untouchable)
  }
}

function addFinishedJobs(
  builder: StatementBuilder,
  finishing: Sorted['finish_job'],
  closed: ReadonlyMap<string, string>,
): void {
  builder.part('f')
  builder.lock(`
    jobs_in AS MATERIALIZED (
      SELECT * FROM unnest(
        ${builder.numbers(
          finishing.map(({ owner }) => owner.project),
          'int',
        )},
        ${builder.uuids(finishing.map(({ owner }) => owner.root))},
        ${builder.uuids(finishing.map(({ owner }) => owner.id))},
        ${builder.uuids(finishing.map(({ owned }) => uuidOf(owned.job)))},
        ${builder.numbers(
          finishing.map(({ owned }) => owned.fence),
          'int',
        )},
        ${builder.texts(finishing.map(({ owned }) => owned.while))},
        ${builder.texts(finishing.map(({ owned }) => closed.get(uuidOf(owned.job)) ?? owned.outcome.status))},
        ${builder.json(finishing.map(({ owned }) => JSON.stringify(owned.outcome.report)))}
      ) WITH ORDINALITY AS t (project, root, owner, id, fence, held, status, report, ord))`)
  builder.lock(`
    jobs_locked AS MATERIALIZED (
      SELECT t.ord, t.fence AS expected, t.held, j.fence, j.status FROM jobs_in t LEFT JOIN LATERAL (
        SELECT fence, status FROM jobs
        WHERE project_id = t.project AND root_id = t.root AND owner_id = t.owner AND id = t.id FOR NO KEY UPDATE) j ON true)`)
  // Compared behind the lock: a predicate beside it would be pushed down to a partial index and its dead entries.
  builder.fails(
    'jobs',
    `(SELECT array_agg(ord::int) FROM jobs_locked WHERE fence IS DISTINCT FROM expected OR status <> ALL (
        CASE held WHEN 'held' THEN ARRAY['leased', 'running'] ELSE ARRAY[held] END))`,
  )
  builder.write(`
    finished AS (
      UPDATE jobs j SET status = t.status, outcome = t.report::jsonb, lease_until = NULL, deadline = NULL,
        finished_at = CASE WHEN t.status = 'unknown' THEN NULL ELSE ${builder.at} END
      FROM jobs_in t
      WHERE j.project_id = t.project AND j.root_id = t.root AND j.owner_id = t.owner AND j.id = t.id
        AND (SELECT ok FROM verdict))`)
}

function addOpenedJobs(
  builder: StatementBuilder,
  opening: Sorted['open_job'],
  closed: ReadonlyMap<string, string>,
  cancelled: ReadonlyMap<string, number>,
): void {
  builder.part('j')
  const owners = opening.map(({ owner }) => owner)
  const orders = opening.map(({ order }) => order)
  const ids = orders.map(({ id }) => uuidOf(id))
  const graces = owners.map(({ id }) => cancelled.get(id))
  builder.write(`
    opened AS (
      INSERT INTO jobs (project_id, root_id, owner_id, id, plan_digest, step, link, target, attempt, cause, pool,
        environment_id, lock_token, always, not_before, timeout_ms, status, created_at, finished_at, cancel_at, cancel_grace_ms)
      SELECT t.project, t.root, t.owner, t.id, t.plan, t.step, t.link, t.target, t.attempt, t.cause, t.pool,
        t.environment, t.lock_token, t.always, to_timestamp(t.not_before / 1000), t.timeout_ms, coalesce(t.status, 'ready'), ${builder.at},
        CASE WHEN t.status IS NOT NULL THEN ${builder.at} END, CASE WHEN t.grace IS NOT NULL THEN ${builder.at} END, t.grace
      FROM unnest(
        ${builder.numbers(
          owners.map(({ project }) => project),
          'int',
        )},
        ${builder.uuids(owners.map(({ root }) => root))},
        ${builder.uuids(owners.map(({ id }) => id))},
        ${builder.uuids(ids)},
        ${builder.texts(orders.map(({ plan }) => plan))},
        ${builder.texts(orders.map(({ step }) => step))},
        ${builder.numbers(
          orders.map(({ link }) => link),
          'int',
        )},
        ${builder.numbers(
          orders.map(({ target }) => target),
          'int',
        )},
        ${builder.numbers(
          orders.map(({ attempt }) => attempt),
          'int',
        )},
        ${builder.texts(orders.map(({ cause }) => cause ?? undefined))},
        ${builder.texts(orders.map(({ pool }) => pool))},
        ${builder.uuids(orders.map(({ environment }) => (environment === null ? undefined : uuidOf(environment))))},
        ${builder.moments(orders.map(({ lockToken }) => lockToken ?? undefined))}::bigint[],
        ${builder.booleans(orders.map(({ always }) => always))},
        ${builder.moments(orders.map(({ notBefore }) => notBefore ?? undefined))},
        ${builder.numbers(
          orders.map(({ timeoutMs }) => timeoutMs),
          'bigint',
        )},
        ${builder.texts(ids.map((id) => closed.get(id)))},
        ${builder.moments(graces)}::bigint[]
      ) AS t (project, root, owner, id, plan, step, link, target, attempt, cause, pool, environment, lock_token, always,
        not_before, timeout_ms, status, grace)
      WHERE (SELECT ok FROM verdict))`)
}

function addClosedJobs(builder: StatementBuilder, closing: Sorted['close_job']): void {
  builder.part('x')
  builder.write(`
    closed AS (
      UPDATE jobs j SET status = t.status, finished_at = ${builder.at}, lease_until = NULL, deadline = NULL
      FROM unnest(
        ${builder.numbers(
          closing.map(({ owner }) => owner.project),
          'int',
        )},
        ${builder.uuids(closing.map(({ owner }) => owner.root))},
        ${builder.uuids(closing.map(({ owner }) => owner.id))},
        ${builder.uuids(closing.map(({ job }) => job))},
        ${builder.texts(closing.map(({ status }) => status))}
      ) AS t (project, root, owner, id, status)
      WHERE j.project_id = t.project AND j.root_id = t.root AND j.owner_id = t.owner AND j.id = t.id
        AND j.finished_at IS NULL AND (SELECT ok FROM verdict))`)
}

/** Marks what is open; the poller ends what nobody has claimed, and agents are told by their poll. */
function addCancelledJobs(
  builder: StatementBuilder,
  cancelling: Sorted['cancel_jobs'],
  untouchable: readonly string[],
): void {
  builder.part('c')
  builder.write(`
    cancelled AS (
      UPDATE jobs j SET cancel_at = ${builder.at}, cancel_grace_ms = t.grace
      FROM unnest(
        ${builder.numbers(
          cancelling.map(({ owner }) => owner.project),
          'int',
        )},
        ${builder.uuids(cancelling.map(({ owner }) => owner.root))},
        ${builder.uuids(cancelling.map(({ owner }) => owner.id))},
        ${builder.numbers(
          cancelling.map(({ graceMs }) => graceMs),
          'bigint',
        )}
      ) AS t (project, root, owner, grace)
      WHERE j.project_id = t.project AND j.root_id = t.root AND j.owner_id = t.owner
        AND j.finished_at IS NULL AND j.cancel_at IS NULL AND j.id <> ALL (${builder.uuids(untouchable)})
        AND (SELECT ok FROM verdict))`)
}

function addInbox(builder: StatementBuilder, { take_inbox: taken, tell: told }: Sorted): void {
  if (taken.length > 0) {
    builder.part('t')
    builder.lock(`
      inbox_in AS MATERIALIZED (
        SELECT * FROM unnest(
          ${builder.numbers(
            taken.map(({ key }) => key.project),
            'int',
          )},
          ${builder.uuids(taken.map(({ key }) => key.root))},
          ${builder.uuids(taken.map(({ key }) => key.source))},
          ${builder.numbers(
            taken.map(({ key }) => key.seq),
            'int',
          )},
          ${builder.numbers(
            taken.map(({ key }) => key.ordinal),
            'smallint',
          )}
        ) WITH ORDINALITY AS t (project, root, source, seq, ordinal, ord))`)
    builder.lock(`
      inbox_locked AS MATERIALIZED (
        SELECT t.ord, i.present FROM inbox_in t LEFT JOIN LATERAL (
          SELECT true AS present FROM inbox
          WHERE project_id = t.project AND root_id = t.root AND source_id = t.source AND source_seq = t.seq
            AND ordinal = t.ordinal FOR UPDATE) i ON true)`)
    builder.fails('inbox', '(SELECT array_agg(ord::int) FROM inbox_locked WHERE present IS NULL)')
    builder.write(`
      taken AS (
        DELETE FROM inbox i USING inbox_in t
        WHERE i.project_id = t.project AND i.root_id = t.root AND i.source_id = t.source AND i.source_seq = t.seq
          AND i.ordinal = t.ordinal AND (SELECT ok FROM verdict))`)
  }
  if (told.length === 0) return
  builder.part('m')
  const causes = told.map(({ cause }) => cause)
  builder.write(`
    told AS (
      INSERT INTO inbox (project_id, root_id, source_id, source_seq, ordinal, target_root_id, target_id, event, at)
      SELECT t.project, t.root, t.source, t.seq, t.ordinal, t.target_root, t.target, t.event::jsonb, ${builder.at}
      FROM unnest(
        ${builder.numbers(
          causes.map(({ place }) => place.project),
          'int',
        )},
        ${builder.uuids(causes.map(({ place }) => place.root))},
        ${builder.uuids(causes.map(({ place }) => place.id))},
        ${builder.numbers(
          causes.map(({ seq }) => seq),
          'int',
        )},
        ${builder.numbers(
          causes.map(({ ordinal }) => ordinal),
          'smallint',
        )},
        ${builder.uuids(told.map(({ to }) => uuidOf(to.root)))},
        ${builder.uuids(told.map(({ to }) => uuidOf(to.id)))},
        ${builder.json(told.map(({ event }) => JSON.stringify(event)))}
      ) AS t (project, root, source, seq, ordinal, target_root, target, event)
      WHERE (SELECT ok FROM verdict))`)
}

function addGuards(
  builder: StatementBuilder,
  { check_guard: checked, set_guard: set }: Sorted,
): void {
  if (checked.length > 0) {
    builder.part('g')
    builder.lock(`
      guards_in AS MATERIALIZED (
        SELECT * FROM unnest(
          ${builder.uuids(checked.map(({ guard }) => uuidOf(guard.subject)))},
          ${builder.numbers(
            checked.map(({ guard }) => guard.epoch),
            'bigint',
          )},
          ${builder.booleans(checked.map(({ guard }) => guard.open))}
        ) WITH ORDINALITY AS t (subject, epoch, open, ord))`)
    builder.lock(`
      guards_locked AS MATERIALIZED (
        SELECT t.ord, t.epoch AS expected, t.open AS wanted, g.epoch, g.open FROM guards_in t LEFT JOIN LATERAL (
          SELECT epoch, open FROM guards WHERE subject = t.subject FOR SHARE) g ON true)`)
    builder.fails(
      'guards',
      `(SELECT array_agg(ord::int) FROM guards_locked
        WHERE epoch IS DISTINCT FROM expected OR open IS DISTINCT FROM coalesce(wanted, open))`,
    )
  }
  const last = [...new Map(set.map(({ subject, open }) => [subject, open]))].sort(([a], [b]) =>
    a < b ? -1 : 1,
  )
  if (last.length === 0) return
  builder.part('u')
  builder.write(`
    guarded AS (
      INSERT INTO guards (subject, open)
      SELECT t.subject, t.open
      FROM unnest(${builder.uuids(last.map(([subject]) => subject))}, ${builder.booleans(last.map(([, open]) => open))})
        AS t (subject, open)
      WHERE (SELECT ok FROM verdict)
      ON CONFLICT (subject) DO UPDATE SET open = excluded.open, epoch = guards.epoch + 1)`)
}

function addCommands(builder: StatementBuilder, commands: Sorted['command']): void {
  if (commands.length === 0) return
  builder.part('k')
  builder.lock(`
    commands_in AS MATERIALIZED (
      SELECT * FROM unnest(
        ${builder.numbers(
          commands.map(({ project }) => project),
          'int',
        )},
        ${builder.texts(commands.map(({ command }) => command.key))},
        ${builder.texts(commands.map(({ command }) => command.bodyDigest))},
        ${builder.json(commands.map(({ answer }) => JSON.stringify(answer)))}
      ) WITH ORDINALITY AS t (project, key, digest, answer, ord))`)
  builder.fails(
    'keys',
    `(SELECT array_agg(t.ord::int) FROM commands_in t JOIN LATERAL (
        SELECT true FROM commands WHERE project_id = t.project AND key = t.key) c ON true)`,
  )
  builder.write(`
    commanded AS (
      INSERT INTO commands (project_id, key, body_digest, answer, at)
      SELECT t.project, t.key, t.digest, t.answer::jsonb, ${builder.at} FROM commands_in t WHERE (SELECT ok FROM verdict))`)
}

function addSetAside(builder: StatementBuilder, aside: Sorted['set_aside']): void {
  builder.part('z')
  builder.write(`
    aside AS (
      INSERT INTO set_aside (id, project_id, root_id, subject, kind, event, reason, at)
      SELECT t.id, t.project, t.root, t.subject, t.kind, t.event::jsonb, t.reason, ${builder.at}
      FROM unnest(
        ${builder.uuids(aside.map(({ id }) => id))},
        ${builder.numbers(
          aside.map(({ place }) => place.project),
          'int',
        )},
        ${builder.uuids(aside.map(({ place }) => place.root))},
        ${builder.uuids(aside.map(({ place }) => place.id))},
        ${builder.texts(aside.map(({ kind }) => kind))},
        ${builder.json(aside.map(({ event }) => JSON.stringify(event)))},
        ${builder.texts(aside.map(({ reason }) => reason))}
      ) AS t (id, project, root, subject, kind, event, reason)
      WHERE (SELECT ok FROM verdict))`)
}

/** Two flushes that lock the same rows lock them in the same order, so neither waits for the other in a circle. */
function inOrderOfKeys(sorted: Sorted): Sorted {
  const text = (parts: readonly (string | number)[]): string =>
    parts
      .map((part) => (typeof part === 'number' ? String(part).padStart(12, '0') : part))
      .join('/')
  return {
    ...sorted,
    take_inbox: sortedBy(sorted.take_inbox, ({ key }) =>
      text([key.project, key.root, key.source, key.seq, key.ordinal]),
    ),
    finish_job: sortedBy(sorted.finish_job, ({ owner, owned }) =>
      text([owner.project, owner.root, owner.id, owned.job]),
    ),
    check_guard: sortedBy(sorted.check_guard, ({ guard }) => uuidOf(guard.subject)),
    command: sortedBy(sorted.command, ({ project, command }) => text([project, command.key])),
  }
}

function sortedBy<W>(writes: readonly W[], keyOf: (write: W) => string): readonly W[] {
  if (writes.length < 2) return writes
  const keyed = writes.map((write) => ({ write, key: keyOf(write) }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ write }) => write)
}

function sortWrites(writes: readonly Write[]): Sorted {
  const sorted: { [W in Write['write']]: WriteOf<W>[] } = {
    aggregate: [],
    event: [],
    tell: [],
    open_job: [],
    close_job: [],
    cancel_jobs: [],
    set_guard: [],
    fact: [],
    send: [],
    ask: [],
    take_inbox: [],
    set_aside: [],
    finish_job: [],
    check_guard: [],
    command: [],
  }
  for (const write of writes) (sorted[write.write] as Write[]).push(write)
  return sorted
}
