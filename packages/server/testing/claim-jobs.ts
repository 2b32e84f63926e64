// A claim for one agent.

import type { ClaimedJob, ClaimRequest } from '../src/ports/job-claims.ts'
import { claimForAll } from '../src/postgres/jobs/claim-jobs.ts'
import type { Queryable } from '../src/postgres/queryable.ts'

/** At most `limit` jobs, leased to the agent. */
export async function claimJobs(
  db: Queryable,
  request: ClaimRequest,
): Promise<readonly ClaimedJob[]> {
  const [claimed = []] = await claimForAll(db, [request])
  return claimed
}
