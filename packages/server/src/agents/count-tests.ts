// The test reports of a job, counted together and held against the run before.

import { FAILED_TESTS_NAMED_MAX } from '@lockstep/domain'
import type { TestCounts } from '@lockstep/domain'
import type { StoredFile } from '@lockstep/contract'
import { findEarlierFailures } from '../postgres/agents/agent-jobs.ts'
import type { AgentJob } from '../postgres/agents/agent-jobs.ts'
import type { AgentDeps } from './deps.ts'
import { parseJunit } from './junit.ts'

const REPORT_BYTES_MAX = 10 * 1024 * 1024

/** The counts, or undefined when none of the files is a test report. */
export async function countTests(
  deps: Pick<AgentDeps, 'db' | 'blobs'>,
  job: AgentJob,
  files: readonly StoredFile[],
): Promise<TestCounts | undefined> {
  const failures: string[] = []
  const sum = { total: 0, passed: 0, failed: 0, skipped: 0 }
  let isCounted = false
  for (const file of files) {
    const report = parseJunit(await readText(deps, file))
    if (report === undefined) continue
    isCounted = true
    sum.total += report.total
    sum.passed += report.passed
    sum.failed += report.failed
    sum.skipped += report.skipped
    failures.push(...report.failures)
  }
  if (!isCounted) return undefined
  const newFailures = await countNew(deps, job, failures)
  return { ...sum, failures: failures.slice(0, FAILED_TESTS_NAMED_MAX), newFailures }
}

async function readText(deps: Pick<AgentDeps, 'blobs'>, file: StoredFile): Promise<string> {
  if (file.sizeBytes > REPORT_BYTES_MAX) return ''
  const blob = await deps.blobs.open(file.digest)
  if (blob === undefined) return ''
  const chunks: Uint8Array[] = []
  for await (const chunk of blob.stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** Failures that the run before did not have; in the first run all are new. */
async function countNew(
  deps: Pick<AgentDeps, 'db'>,
  job: AgentJob,
  failures: readonly string[],
): Promise<number> {
  if (failures.length === 0) return 0
  const [stage = '', task = stage] = job.step.split('/')
  const { project, root } = job.owner
  const before = new Set(await findEarlierFailures(deps.db, { project, root, stage, task }))
  return failures.filter((name) => !before.has(name)).length
}
