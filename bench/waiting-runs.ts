// Fills a database with runs that wait, as months of use leave them.

import type { BenchDatabase } from './bench-server.ts'

const BATCH = 10_000

/** So many runs that wait for a person, with events and closed jobs each; their wake-ups lie days ahead. */
export async function fillWithWaitingRuns(database: BenchDatabase, runs: number): Promise<void> {
  for (let from = 0; from < runs; from += BATCH) {
    await database.pool.query(FILL, [Math.min(BATCH, runs - from)])
  }
  await database.pool.query('VACUUM (ANALYZE) aggregates, events, jobs')
  await database.pool.query('CHECKPOINT')
}

const ID = `encode(int8send((extract(epoch FROM now()) * 1000)::bigint << 16 | 28672 | (random() * 4095)::int), 'hex')`

const FILL = `
  WITH ids AS MATERIALIZED (
    SELECT (${ID} || '8' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 15))::uuid AS id, n
    FROM generate_series(1, $1::int) AS n
  ), made AS (
    INSERT INTO aggregates (project_id, root_id, id, kind, version, status, waits, needs_person, wake_at, state, created_at)
    SELECT 1 + n % 20, id, id, 'pipeline_run', 10, 'waiting', '{"on":"person","what":"approval","since":0}', true,
      now() + interval '3 days' + n * interval '1 second',
      jsonb_build_object('v', 1, 'id', id, 'root', id, 'plan', null, 'status', 'waiting', 'left', 5, 'job', null,
        'note', repeat('x', 400)), now() FROM ids
  ), happened AS (
    INSERT INTO events (project_id, root_id, id, seq, pos, kind, type, v, actor, at, ids, body)
    SELECT 1 + n % 20, id, id, seq, 0, 'pipeline_run', 'job_finished', 1, 'rule', now(), id, '{"job":"job_01K9S000000000000000000000"}'
    FROM ids, generate_series(1, 10) AS seq
  )
  INSERT INTO jobs (project_id, root_id, owner_id, id, plan_digest, step, link, target, attempt, pool, always, timeout_ms, status,
    created_at, finished_at)
  SELECT 1 + n % 20, id, id, gen_random_uuid(), 'sha256:0', 'chain', 0, 0, 1, 'label:chain', false, 60000, 'succeeded', now(), now()
  FROM ids, generate_series(1, 10)`
