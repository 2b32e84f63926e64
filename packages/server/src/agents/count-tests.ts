// The test reports of a job, read from where its agent has stored them.

import { findStep } from '@lockstep/domain'
import type { TestCounts } from '@lockstep/domain'
import type { StoredFile } from '@lockstep/contract'
import type { AgentJob } from '../postgres/agents/agent-jobs.ts'
import { findPlan } from '../postgres/plans.ts'
import { readReports } from '../reports/read-reports.ts'
import type { ReportFile } from '../reports/read-reports.ts'
import type { AgentDeps } from './deps.ts'

/** The counts, or undefined when none of the files is a test report. */
export async function countTests(
  deps: Pick<AgentDeps, 'db' | 'blobs'>,
  job: AgentJob,
  files: readonly StoredFile[],
): Promise<TestCounts | undefined> {
  if (files.length === 0) return undefined
  const { project, root } = job.owner
  const reported = {
    project,
    root,
    job: job.id,
    task: job.step,
    dimension: await placeOf(deps, job),
  }
  return readReports(deps, reported, openAll(deps, files))
}

/** The machine, or the cell of the matrix, that the job ran on. */
async function placeOf({ db }: Pick<AgentDeps, 'db'>, job: AgentJob): Promise<string> {
  const plan = await findPlan(db, job.plan)
  const target = plan && findStep(plan, job.step)?.targets[job.target]
  if (target === undefined) return ''
  const cell = Object.entries(target.matrix).map(([name, value]) => `${name}=${value}`)
  return [target.resource, ...cell].join(' ')
}

async function* openAll(
  { blobs }: Pick<AgentDeps, 'blobs'>,
  files: readonly StoredFile[],
): AsyncGenerator<ReportFile> {
  for (const { path, digest } of files) {
    const blob = await blobs.open(digest)
    if (blob !== undefined) yield { path, bytes: blob.stream }
  }
}
