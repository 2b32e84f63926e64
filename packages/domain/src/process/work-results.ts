// What the jobs of builds and tests bring out, put together without growing beyond its limits.

import { boundedText } from '../kernel/bounded-text.ts'
import type { JobReport, TestCounts } from '../kernel/effect.ts'
import type { ArtifactRef } from './process-plan.ts'
import { ARTIFACTS_MAX, FAILED_TESTS_NAMED_MAX, type WorkResults } from './step-run-state.ts'

const TEST_NAME_BYTES_MAX = 120

/** The results with those of one more job: tests are summed, artifacts joined, the first version stays. */
export function addResults(results: WorkResults, report: JobReport): WorkResults {
  const version = results.version ?? report.version
  const artifacts = joined(results.artifacts, report.artifacts)
  const tests = report.tests === undefined ? results.tests : summed(results.tests, report.tests)
  return {
    ...(version === undefined ? {} : { version }),
    ...(artifacts === undefined ? {} : { artifacts }),
    ...(tests === undefined ? {} : { tests }),
  }
}

function joined(
  known: readonly ArtifactRef[] | undefined,
  more: readonly ArtifactRef[] | undefined,
): readonly ArtifactRef[] | undefined {
  if (more === undefined) return known
  const all = [...(known ?? [])]
  for (const artifact of more) {
    const isKnown = all.some(
      (other) => other.component === artifact.component && other.digest === artifact.digest,
    )
    if (!isKnown) all.push(artifact)
  }
  return all.slice(0, ARTIFACTS_MAX)
}

function summed(known: TestCounts | undefined, more: TestCounts): TestCounts {
  const names = [...(known?.failures ?? []), ...more.failures]
  return {
    total: (known?.total ?? 0) + more.total,
    passed: (known?.passed ?? 0) + more.passed,
    failed: (known?.failed ?? 0) + more.failed,
    skipped: (known?.skipped ?? 0) + more.skipped,
    failures: names
      .map((name) => boundedText(name, TEST_NAME_BYTES_MAX))
      .slice(0, FAILED_TESTS_NAMED_MAX),
    newFailures: (known?.newFailures ?? 0) + more.newFailures,
  }
}
