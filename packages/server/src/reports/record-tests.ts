// How each test of a pipeline went last, by what it ran on: what fails anew, and what is flaky.

import { createHash } from 'node:crypto'
import { uuidOf } from '@lockstep/domain'

import { findRow, listRows, type Queryable } from '../postgres/queryable.ts'
import { testName, type TestCase } from './junit.ts'

/** A job whose reports are read. */
export interface ReportedJob {
  /** Number of the project. */
  readonly project: number
  readonly root: string
  readonly job: string
  /** What the tests belong to: key of the step. */
  readonly task: string
  /** On what they ran, such as a device or a cell of a matrix: each has a history of its own. */
  readonly dimension: string
}

/** Rows that one statement writes. */
const BATCH = 5_000

/**
 * Remembers how the tests of a job went, and answers how many of them fail anew: they fail now, and did not fail the last time
 * they ran on another commit. A test that has never run counts as new, so that a first failure passes no gate. Tests that were
 * skipped change nothing. The same job again gives the same answer.
 */
export async function recordTests(
  db: Queryable,
  job: ReportedJob,
  cases: readonly TestCase[],
): Promise<number> {
  const ran = byIdentity(cases.filter(({ status }) => status !== 'skipped'))
  const run = await findRow<{ pipeline_id: string; commit: string | null }>(
    db,
    `SELECT pipeline_id, source->>'commit' AS commit FROM runs WHERE root_id = $1 ORDER BY number DESC LIMIT 1`,
    [uuidOf(job.root)],
  )
  // Without a row of its own nothing is known of the pipeline: everything that fails is new.
  if (run === undefined) return countFailed([...ran.values()])
  let newFailures = 0
  const all = [...ran]
  for (let from = 0; from < all.length; from += BATCH) {
    const rows = await upsert(db, job, run, all.slice(from, from + BATCH))
    newFailures += rows.filter(
      ({ status, before }) => status === 'failed' && before !== 'failed',
    ).length
  }
  return newFailures
}

/** The same test in several files counts once: as failed when it failed in one of them. */
function byIdentity(cases: readonly TestCase[]): ReadonlyMap<string, TestCase> {
  const known = new Map<string, TestCase>()
  // In the order of their identities, so that two jobs lock the same rows in the same order.
  const named = cases.map((test) => [identityOf(test), test] as const)
  for (const [identity, test] of named.toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    const before = known.get(identity)
    known.set(identity, before?.status === 'failed' ? before : test)
  }
  return known
}

function identityOf({ suite, className, name }: TestCase): string {
  return createHash('sha256')
    .update(JSON.stringify([suite, className, name]))
    .digest('base64url')
}

function countFailed(cases: readonly TestCase[]): number {
  return cases.filter(({ status }) => status === 'failed').length
}

async function upsert(
  db: Queryable,
  job: ReportedJob,
  run: { readonly pipeline_id: string; readonly commit: string | null },
  tests: readonly (readonly [identity: string, test: TestCase])[],
): Promise<readonly { readonly status: string; readonly before: string | null }[]> {
  return listRows(
    db,
    `INSERT INTO test_cases AS t (project_id, pipeline_id, task, dimension, commit_id, root_id, job_id,
       identity, name, status, duration_ms, flaky_at, passes, failures)
     SELECT $1, $2, $3, $4, $5, $6, $7, c.identity, c.name, c.status, c.ms,
       CASE WHEN c.flaky THEN now() END, (c.status = 'passed')::int, (c.status = 'failed')::int
     FROM unnest($8::text[], $9::text[], $10::text[], $11::int[], $12::boolean[]) AS c (identity, name, status, ms, flaky)
     ON CONFLICT (project_id, pipeline_id, task, identity, dimension) DO UPDATE SET
       before = CASE WHEN t.commit_id = EXCLUDED.commit_id THEN t.before ELSE t.status END,
       flaky_at = CASE
         WHEN EXCLUDED.flaky_at IS NOT NULL THEN EXCLUDED.flaky_at
         WHEN t.commit_id = EXCLUDED.commit_id AND t.job_id <> EXCLUDED.job_id AND t.status <> EXCLUDED.status THEN now()
         ELSE t.flaky_at END,
       passes = t.passes + CASE WHEN t.job_id = EXCLUDED.job_id THEN 0 ELSE EXCLUDED.passes END,
       failures = t.failures + CASE WHEN t.job_id = EXCLUDED.job_id THEN 0 ELSE EXCLUDED.failures END,
       name = EXCLUDED.name, status = EXCLUDED.status, duration_ms = EXCLUDED.duration_ms,
       commit_id = EXCLUDED.commit_id, root_id = EXCLUDED.root_id, job_id = EXCLUDED.job_id, at = now()
     RETURNING t.status, t.before`,
    [
      job.project,
      run.pipeline_id,
      job.task,
      job.dimension,
      // Of a run without a source the run itself stands for what it ran on.
      run.commit ?? job.root,
      uuidOf(job.root),
      uuidOf(job.job),
      tests.map(([identity]) => identity),
      tests.map(([, test]) => testName(test)),
      tests.map(([, test]) => test.status),
      tests.map(([, test]) => test.timeMs),
      tests.map(([, test]) => test.isFlaky),
    ],
  )
}
