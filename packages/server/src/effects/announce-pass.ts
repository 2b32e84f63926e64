// A pipeline run has passed: the releases that collect from it are told, and the pipelines that follow it begin.

import { idOf, uuidOf, type OutwardEffect, type ReleaseState } from '@lockstep/domain'

import type { Outgoing } from '../ports/outgoing.ts'
import type { ReactorPort } from '../ports/reactor.ts'
import { listDefinitions } from '../postgres/deliverables/definition-store.ts'
import { findRun, listRunSnapshots, type StoredRun } from '../postgres/deliverables/run-store.ts'
import { findSnapshot } from '../postgres/deliverables/snapshot-store.ts'
import { listRows, type Queryable } from '../postgres/queryable.ts'
import { startRun } from '../usecases/run/start-run.ts'

export interface AnnounceDeps {
  readonly db: Queryable
  readonly reactor: ReactorPort
}

/** Each listener hears of a pass once: releases by what they have collected, pipelines by the cause of their run. */
export async function announcePass(
  deps: AnnounceDeps,
  outgoing: Outgoing,
  effect: Extract<OutwardEffect, { type: 'announce_pass' }>,
): Promise<void> {
  const run = await findRun(deps.db, effect.run)
  if (run === undefined) return
  await tellReleases(deps, outgoing, run)
  await startFollowers(deps, run)
}

async function tellReleases(
  { db, reactor }: AnnounceDeps,
  outgoing: Outgoing,
  run: StoredRun,
): Promise<void> {
  const snapshots = await listRunSnapshots(db, run.root)
  for (const [application, { digest, version }] of snapshots) {
    const snapshot = await findSnapshot(db, digest)
    if (snapshot === undefined) continue
    const [project = '', name = ''] = application.split('/')
    for (const listener of await listCollecting(
      db,
      application,
      `${run.project}/${run.pipeline}`,
    )) {
      const release = idOf('rel', listener.id)
      // A refusal says that it has this one, takes no newer, or not this version: nothing is left to do.
      await reactor.submit(
        { project: listener.project_id, root: release, id: release },
        {
          type: 'application_passed',
          application: { project, name },
          snapshot: digest,
          version,
          ordinal: snapshot.ordinal,
          run: run.id,
        },
        'rule',
        { key: { key: `${outgoing.id}/${release}/${name}`, bodyDigest: digest } },
      )
    }
  }
}

/** Releases that are not over and take this application from this pipeline. */
async function listCollecting(
  db: Queryable,
  application: string,
  pipeline: string,
): Promise<readonly { readonly id: string; readonly project_id: number }[]> {
  const rows = await listRows<{ id: string; project_id: number; state: ReleaseState }>(
    db,
    `SELECT id, project_id, state FROM aggregates
     WHERE kind = 'release' AND finished_at IS NULL
       AND state->'applications' @> jsonb_build_array(jsonb_build_object('application', $1::text))`,
    [application],
  )
  return rows.filter(({ state }) =>
    state.applications.some(
      (one) => one.application === application && (one.from ?? one.application) === pipeline,
    ),
  )
}

async function startFollowers(deps: AnnounceDeps, run: StoredRun): Promise<void> {
  const followers = (await listDefinitions(deps.db, { kind: 'pipeline' })).filter(
    ({ project, definition }) =>
      definition.on.some(
        (trigger) =>
          trigger.kind === 'after' &&
          (trigger.pipeline.project ?? project) === run.project &&
          trigger.pipeline.name === run.pipeline,
      ),
  )
  for (const { project, name, uuid } of followers) {
    const started = await startRun(deps, {
      project,
      name,
      parameters: {},
      source: null,
      starter: `trigger:${idOf('trg', uuid)}`,
      onFailure: 'end',
      cause: `after/${uuid}/${uuidOf(run.id)}`,
      plan: null,
    })
    if (!started.ok && started.code !== 'plan_refused') {
      throw new Error(`${project}/${name} could not be started after ${run.name}: ${started.code}`)
    }
  }
}
