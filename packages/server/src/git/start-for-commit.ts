// Starts the run of a pipeline for a commit: exactly one, however often and by how many servers it is asked for.

import { idOf, uuidOf, type Actor, type RunId } from '@lockstep/domain'

import type { ReactorPort } from '../ports/reactor.ts'
import type { WatchedRepository } from '../postgres/deliverables/repository-store.ts'
import { listRows, type Queryable } from '../postgres/queryable.ts'
import { startRun } from '../usecases/run/start-run.ts'
import type { Pipeline, Start } from './find-starts.ts'

export interface StartForCommitDeps {
  readonly db: Queryable
  readonly reactor: ReactorPort
}

/**
 * Starts the run, or answers why it cannot be planned. Older runs of the pipeline for the same branch are stopped where its
 * trigger says so. Throws when the run could not be started now.
 */
export async function startForCommit(
  deps: StartForCommitDeps,
  repository: WatchedRepository,
  { pipeline, trigger, ref, commit }: Start,
): Promise<{ readonly ok: true } | { readonly ok: false; readonly why: string }> {
  const starter: Actor = `trigger:${idOf('trg', pipeline.uuid)}`
  const branch = ref.replace(/^refs\/(?:heads|tags)\//, '')
  const of = trigger.kind === 'tag' ? `${branch}/${commit}` : commit
  const started = await startRun(deps, {
    project: pipeline.project,
    name: pipeline.name,
    parameters: {},
    source: { repository: repository.name, url: repository.url, branch, commit },
    starter,
    onFailure: 'end',
    cause: `${trigger.kind}/${pipeline.uuid}/${of}`,
    plan: null,
  })
  if (!started.ok && started.code === 'plan_refused') {
    const why = started.refusals.map(({ message }) => message).join(' ')
    return { ok: false, why: `${pipeline.name} was not started for ${commit.slice(0, 7)}: ${why}` }
  }
  if (!started.ok) {
    throw new Error(`${pipeline.name} could not be started for ${commit}: ${started.code}`)
  }
  if (trigger.kind === 'commit' && trigger.supersede) {
    await abortOlder(deps, pipeline, { ...started, branch, starter })
  }
  return { ok: true }
}

/** Runs of older commits of the branch that triggers have started and that still run: nobody waits for them any more. */
async function abortOlder(
  { db, reactor }: StartForCommitDeps,
  pipeline: Pipeline,
  newest: {
    readonly id: RunId
    readonly number: number
    readonly branch: string
    readonly starter: Actor
  },
): Promise<void> {
  const rows = await listRows<{ id: string; project_id: number }>(
    db,
    `SELECT r.id, r.project_id FROM runs r
     JOIN aggregates a ON a.project_id = r.project_id AND a.root_id = r.root_id AND a.id = r.id
     WHERE r.pipeline_id = $1 AND r.number < $2 AND r.starter = $3 AND r.source->>'branch' = $4
       AND r.id <> $5 AND a.finished_at IS NULL`,
    [pipeline.uuid, newest.number, newest.starter, newest.branch, uuidOf(newest.id)],
  )
  for (const { id, project_id: project } of rows) {
    const run = idOf('run', id)
    const reason = `superseded by run ${newest.number}`
    // Refused when it has ended meanwhile, or is being stopped: both is what is wanted.
    await reactor.submit(
      { project, root: run, id: run },
      { type: 'abort_requested', reason },
      newest.starter,
    )
  }
}
