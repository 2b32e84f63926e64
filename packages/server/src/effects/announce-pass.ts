// A pipeline run has passed: the releases that collect from it are told, and the pipelines that follow it begin.

import type { KnownSnapshot } from '@lockstep/define/plan'
import { idOf, uuidOf, type OutwardEffect, type ReleaseState } from '@lockstep/domain'

import type { Outgoing } from '../ports/outgoing.ts'
import type { ReactorPort } from '../ports/reactor.ts'
import {
  listDefinitionsById,
  type StoredDefinition,
} from '../postgres/deliverables/definition-store.ts'
import { findRun, listRunSnapshots, type StoredRun } from '../postgres/deliverables/run-store.ts'
import { findSnapshot } from '../postgres/deliverables/snapshot-store.ts'
import { listRows, type Queryable } from '../postgres/queryable.ts'
import { beginByTrigger } from './begin-by-trigger.ts'
import type { NotifyDeps } from './notification.ts'

export interface AnnounceDeps extends NotifyDeps {
  readonly reactor: ReactorPort
}

/**
 * Each listener hears of a pass once: releases by the key of the command, pipelines by the cause of their run. Rejects when a
 * pipeline cannot be planned now, after all others have begun: its owners are told, and it is tried again.
 */
export async function announcePass(
  deps: AnnounceDeps,
  outgoing: Outgoing,
  effect: Extract<OutwardEffect, { type: 'announce_pass' }>,
): Promise<void> {
  const run = await findRun(deps.db, effect.run)
  // A run inside another has no number: what it made passes when the run around it does.
  if (run === undefined) return
  const names = await listNames(deps.db, run)
  if (run.root === run.id) await tellReleases(deps, outgoing, run, names)
  await startFollowers(deps, outgoing, run, names)
}

/** The pipeline under its name and under those that it had before, as `project/name`. */
async function listNames(db: Queryable, run: StoredRun): Promise<ReadonlySet<string>> {
  const rows = await listRows<{ name: string }>(
    db,
    `SELECT p.name || '/' || n.name AS name FROM runs r
     JOIN definitions d ON d.id = r.pipeline_id JOIN projects p ON p.number = d.project_id
     CROSS JOIN LATERAL (SELECT d.name UNION SELECT l.name FROM definition_aliases l
       WHERE l.definition_id = d.id AND l.kind = 'pipeline') n
     WHERE r.id = $1`,
    [uuidOf(run.id)],
  )
  return new Set(rows.map(({ name }) => name))
}

async function tellReleases(
  { db, reactor }: AnnounceDeps,
  outgoing: Outgoing,
  run: StoredRun,
  names: ReadonlySet<string>,
): Promise<void> {
  for (const [application, { digest, version }] of await listRunSnapshots(db, run.root)) {
    const snapshot = await findSnapshot(db, digest)
    if (snapshot === undefined) throw new Error(`the snapshot ${digest} is not there`)
    const [project = '', name = ''] = application.split('/')
    const event = {
      type: 'application_passed',
      application: { project, name },
      snapshot: digest,
      version,
      ordinal: snapshot.ordinal,
      run: run.id,
    }
    for (const listener of await listCollecting(db, application, names)) {
      const release = idOf('rel', listener.id)
      const told = await reactor.submit(
        { project: listener.project_id, root: release, id: release },
        event,
        'rule',
        { key: { key: `${outgoing.id}/${release}/${application}`, bodyDigest: digest } },
      )
      // Any other refusal says that it has this one, takes no newer, or not this version: nothing is left to do.
      if (!told.ok && told.refusal === 'busy') throw new Error(`${release} could not be told now`)
    }
  }
}

/** Releases that are not over and take this application from the pipeline of one of these names. */
async function listCollecting(
  db: Queryable,
  application: string,
  names: ReadonlySet<string>,
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
      (one) => one.application === application && names.has(one.from ?? one.application),
    ),
  )
}

async function startFollowers(
  deps: AnnounceDeps,
  outgoing: Outgoing,
  run: StoredRun,
  names: ReadonlySet<string>,
): Promise<void> {
  const followers = await listFollowers(deps.db, names)
  if (followers.length === 0) return
  const snapshots = await readBrought(deps.db, run)
  const faults: Error[] = []
  for (const { project, name, uuid, projectNumber } of followers) {
    const begun = await beginByTrigger(deps, {
      id: `${outgoing.id}/${uuid}`,
      what: `${project}/${name} after ${run.name}/${run.number}`,
      pipeline: { uuid, project, name, projectNumber },
      // What follows in the same project is about the same commit.
      source: project === run.project ? run.source : null,
      snapshots,
      cause: `after/${uuid}/${uuidOf(run.id)}`,
    })
    if (begun !== undefined) faults.push(begun)
  }
  if (faults.length > 0) throw new AggregateError(faults, faults.map(String).join(' '))
}

/** Pipelines that are triggered by a pass of the pipeline of one of these names. */
async function listFollowers(
  db: Queryable,
  names: ReadonlySet<string>,
): Promise<readonly StoredDefinition[]> {
  const rows = await listRows<{ id: string }>(
    db,
    `SELECT d.id FROM definitions d JOIN definition_revisions r ON r.definition_id = d.id AND r.revision = d.revision
     WHERE d.kind = 'pipeline' AND d.retired_at IS NULL AND r.body @> '{"on":[{"kind":"after"}]}'`,
  )
  const pipelines = await listDefinitionsById(
    db,
    rows.map(({ id }) => id),
  )
  return pipelines.filter(
    ({ project, definition }) =>
      definition.kind === 'pipeline' &&
      definition.on.some(
        (trigger) =>
          trigger.kind === 'after' &&
          names.has(`${trigger.pipeline.project ?? project}/${trigger.pipeline.name}`),
      ),
  )
}

/** What the run has made: it goes on from there. */
async function readBrought(
  db: Queryable,
  run: StoredRun,
): Promise<ReadonlyMap<string, KnownSnapshot>> {
  const made = await listRunSnapshots(db, run.root)
  return new Map(
    [...made].map(([application, { digest, version }]) => [
      application,
      { digest, version, passed: `${run.project}/${run.name}/${run.number}` },
    ]),
  )
}
