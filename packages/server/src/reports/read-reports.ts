// The test reports of a job, counted together and held against how the same tests went before.

import { FAILED_TESTS_NAMED_MAX, type TestCounts } from '@lockstep/domain'

import type { Queryable } from '../postgres/queryable.ts'
import { parseJunit, testName, type TestCase } from './junit.ts'
import { recordTests, type ReportedJob } from './record-tests.ts'

/** A file that may be a report. */
export interface ReportFile {
  readonly path: string
  readonly bytes: AsyncIterable<Uint8Array>
}

/**
 * Counts the tests of all reports and remembers how each went. Undefined when none of the files is a report. Read again for
 * the same job, the counts are the same.
 */
export async function readReports(
  deps: { readonly db: Queryable },
  job: ReportedJob,
  files: AsyncIterable<ReportFile> | Iterable<ReportFile>,
): Promise<TestCounts | undefined> {
  const counts = { total: 0, passed: 0, failed: 0, skipped: 0 }
  const failures: string[] = []
  const cases: TestCase[] = []
  let isCounted = false
  for await (const { bytes } of files) {
    const report = await parseJunit(bytes)
    if (report === undefined) continue
    isCounted = true
    for (const test of report.cases) {
      counts.total += 1
      counts[test.status] += 1
      if (test.status === 'failed') failures.push(testName(test))
      cases.push(test)
    }
  }
  if (!isCounted) return undefined
  const newFailures = await recordTests(deps.db, job, cases)
  return { ...counts, failures: failures.slice(0, FAILED_TESTS_NAMED_MAX), newFailures }
}
