// Starts a run: its row with a number first, then its first event. Repeated, it is the same run.

import type { KnownSnapshot, PlanRefusal, Source } from '@lockstep/define/plan'
import {
  goesForward,
  idOf,
  type Actor,
  type Digest,
  type RunId,
  type RunPlan,
} from '@lockstep/domain'
import { randomUUID } from 'node:crypto'

import type { ReactorPort } from '../../ports/reactor.ts'
import { insertRun } from '../../postgres/deliverables/run-store.ts'
import type { Queryable } from '../../postgres/queryable.ts'
import { ensureCollection } from '../definition/ensure-aggregates.ts'
import { ensureLocks } from '../environment/ensure-locks.ts'
import type { PutBackRequest } from '../environment/find-put-back.ts'
import { makePlan, readRelease, type MadePlan } from './make-plan.ts'
import { readPlanDifferences } from './plan-differences.ts'

export interface StartDeps {
  readonly db: Queryable
  readonly reactor: Pick<ReactorPort, 'submit' | 'create' | 'now'>
}

export interface StartRequest {
  readonly project: string
  readonly name: string
  readonly parameters: Readonly<Record<string, string | number>>
  readonly source: Source | null
  readonly snapshots?: ReadonlyMap<string, KnownSnapshot>
  readonly starter: Actor
  readonly onFailure: 'wait' | 'end'
  /** What a trigger fired for; the same cause never starts a second run. */
  readonly cause: string | null
  /** Start exactly this plan: refused when another one comes out now. A prefix of at least 8 digits will do. */
  readonly plan: string | null
  /** Of a release: its way back. */
  readonly wayBack?: boolean
  /** Bring back what was wanted of an application in an environment. */
  readonly putBack?: PutBackRequest
  readonly startsAt?: number
}

export type Started =
  | {
      readonly ok: true
      readonly id: RunId
      readonly number: number
      readonly plan: RunPlan
      readonly isNew: boolean
    }
  | { readonly ok: false; readonly code: 'plan_refused'; readonly refusals: readonly PlanRefusal[] }
  | { readonly ok: false; readonly code: 'plan_unknown' }
  | {
      readonly ok: false
      readonly code: 'plan_outdated'
      readonly now: Digest
      readonly differences: readonly string[]
    }
  | { readonly ok: false; readonly code: 'wrong_state'; readonly refusal: string }

/** Plans and starts. A release runs under its own root; a pipeline, a way back and what is put back under their run. */
export async function startRun(deps: StartDeps, request: StartRequest): Promise<Started> {
  await ensureCollection(deps, { project: request.project, name: request.name })
  const made = await makePlan(deps.db, request)
  if (!made.ok) return { ok: false, code: 'plan_refused', refusals: made.refusals }
  if (request.plan !== null && !isSamePlan(request.plan, made.digest)) {
    const differences = await readPlanDifferences(deps.db, request.plan, made.plan)
    if (differences === undefined) return { ok: false, code: 'plan_unknown' }
    return { ok: false, code: 'plan_outdated', now: made.digest, differences }
  }
  await ensureLocks(deps, made.plan)
  if (made.plan.isWayBack === true && (await isUnderWay(deps.db, made.release))) {
    return { ok: false, code: 'wrong_state', refusal: 'release_is_running' }
  }
  // What goes back is a run of its own: the release that it is of may be over.
  return made.release === null || !goesForward(made.plan)
    ? startPipeline(deps, request, made)
    : startRelease(deps, request, made)
}

async function isUnderWay(db: Queryable, release: MadePlan['release']): Promise<boolean> {
  return release !== null && (await readRelease(db, release.uuid))?.status === 'running'
}

function isSamePlan(wanted: string, digest: Digest): boolean {
  const hex = wanted.replace(/^sha256:/, '')
  return hex.length >= 8 && digest.slice('sha256:'.length).startsWith(hex)
}

async function startPipeline(
  deps: StartDeps,
  request: StartRequest,
  made: MadePlan,
): Promise<Started> {
  const id = idOf('run', newUuid(deps.reactor.now()))
  const { pipeline, release, digest, plan } = made
  const { projectNumber, name } = release ?? pipeline
  const row = await insertRun(deps.db, {
    id,
    root: id,
    projectNumber,
    name,
    pipeline: pipeline.uuid,
    release: release?.uuid ?? null,
    plan: digest,
    starter: request.starter,
    cause: request.cause,
    source: plan.source,
  })
  const created = await deps.reactor.create(
    { project: projectNumber, kind: 'pipeline_run', id: row.id },
    {
      type: 'run_created',
      plan: digest,
      parent: null,
      node: 'run',
      attempt: 1,
      starter: request.starter,
    },
    request.starter,
  )
  if (!created.ok && created.refusal !== 'already_created') {
    return { ok: false, code: 'wrong_state', refusal: created.refusal }
  }
  return { ok: true, id: row.id, number: row.number, plan, isNew: row.isNew && created.ok }
}

async function startRelease(
  deps: StartDeps,
  request: StartRequest,
  made: MadePlan,
): Promise<Started> {
  const { release, pipeline, digest, plan, set } = made
  if (release === null) throw new Error('a release is started with its definition')
  const id = idOf('run', newUuid(deps.reactor.now()))
  const root = idOf('rel', release.uuid)
  const row = await insertRun(deps.db, {
    id,
    root,
    projectNumber: release.projectNumber,
    name: release.name,
    pipeline: pipeline.uuid,
    release: release.uuid,
    plan: digest,
    starter: request.starter,
    cause: request.cause,
    source: null,
  })
  const started = await deps.reactor.submit(
    { project: release.projectNumber, root, id: root },
    { type: 'release_started', plan: digest, set, run: row.id, number: row.number },
    request.starter,
  )
  if (!started.ok) {
    // The number stays unused: a run without its first event is shown to nobody.
    const refusal = started.refusal === 'already_finished' ? 'release_is_over' : started.refusal
    return { ok: false, code: 'wrong_state', refusal }
  }
  return { ok: true, id: row.id, number: row.number, plan, isNew: row.isNew }
}

/** A UUIDv7 of this moment: ids of runs sort by their beginning. */
export function newUuid(at: number): string {
  const time = at.toString(16).padStart(12, '0')
  const random = randomUUID()
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`
}
