// The status of a commit where its repository is hosted.

import type { OutwardEffect } from '@lockstep/domain'

import type { GitHost } from '../ports/git-host.ts'
import type { Log } from '../ports/observe.ts'
import { findRun } from '../postgres/deliverables/run-store.ts'
import type { Queryable } from '../postgres/queryable.ts'

export interface CommitStatusDeps {
  readonly db: Queryable
  readonly gitHosts: readonly GitHost[]
  readonly log: Log
}

/** Tells the host of the repository how the run stands. Where no host is configured, that is all that is noted. */
export async function setCommitStatus(
  { db, gitHosts, log }: CommitStatusDeps,
  { run: id, state }: Extract<OutwardEffect, { type: 'commit_status' }>,
): Promise<void> {
  const run = await findRun(db, id)
  if (run === undefined || run.source === null) return
  const { url, commit } = run.source
  const host = gitHosts.find((one) => one.hosts(url))
  if (host === undefined) {
    log.debug({ run: id, state }, `no Git host is configured for ${run.source.repository}`)
    return
  }
  await host.setStatus({
    url,
    commit,
    state,
    context: `lockstep/${run.project}/${run.pipeline}`,
    description: `run ${run.number}: ${state}`,
  })
}
