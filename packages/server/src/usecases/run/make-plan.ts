// A pipeline or a release → the plan of a run, with the plans of everything in it that can be planned now.

import {
  fullName,
  nestedPipelinesOf,
  planRun,
  withProcessPlans,
  type NestedPlan,
  type KnownSnapshot,
  type PlanRefusal,
  type Source,
} from '@lockstep/define/plan'
import { parseDuration } from '@lockstep/define/check'
import {
  describePlan,
  environmentsChanged,
  listPutBack,
  planOrder,
  mismatchText,
  secretsNamed,
  type Digest,
  type InventoryRow,
  type PlanDescription,
  type ProcessPlan,
  type ReleaseState,
  type RunPlan,
} from '@lockstep/domain'

import { readField, readOffers } from '../../postgres/read/field.ts'
import { digestOf } from '../../planning/digest.ts'
import { unsetSentence } from '../../planning/unset-secret.ts'
import { planProcessNow } from '../../planning/plan-process.ts'
import { findPutBack, type PutBackRequest } from '../environment/find-put-back.ts'
import { findWayBack } from '../release/find-way-back.ts'
import { findByFullName, readRunFacts } from '../../planning/read-run-facts.ts'
import {
  findDefinition,
  type StoredDefinition,
} from '../../postgres/deliverables/definition-store.ts'
import { listUnset } from '../../postgres/deliverables/secret-store.ts'
import { findRow, type Queryable } from '../../postgres/queryable.ts'
import { findPlan, savePlan } from '../../postgres/plans.ts'

/** What is to be planned: a pipeline or a release by name, for a commit or for the newest one. */
export interface PlanRequest {
  readonly project: string
  readonly name: string
  readonly parameters: Readonly<Record<string, string | number>>
  readonly source: Source | null
  /** A release that is written but not applied: it is planned as if it were there. */
  readonly draft?: StoredDefinition<'release'>
  /** Snapshots chosen by hand, by `project/application`. */
  readonly snapshots?: ReadonlyMap<string, KnownSnapshot>
  /** Of a release: plan its way back instead; `snapshots` name where applications go. */
  readonly wayBack?: boolean
  /** Bring back what was wanted of an application in an environment, and nothing else. */
  readonly putBack?: PutBackRequest
  /** Nothing begins before this moment. */
  readonly startsAt?: number
  /** The pipelines that run this one, outermost first. */
  readonly runBy?: readonly string[]
  /** Who will start it is there to help when something fails. */
  readonly onFailure: 'wait' | 'end'
}

/** A plan that was made, kept under its digest; nothing is started by it. */
export interface MadePlan {
  readonly plan: RunPlan
  readonly digest: Digest
  readonly pipeline: StoredDefinition<'pipeline'>
  readonly release: StoredDefinition<'release'> | null
  /** The set of the release that it delivers. */
  readonly set: number | null
  /** What each deployment will do, by the key of its task: `stage/task`. */
  readonly deployments: ReadonlyMap<string, PlanDescription>
  /** What would stay as it is, in sentences. */
  readonly cannotBeUndone: readonly string[]
}

export type PlanMade =
  | ({ readonly ok: true } & MadePlan)
  | { readonly ok: false; readonly refusals: readonly PlanRefusal[] }

/** How long a run that nobody watches waits for a person before it ends as failed. */
const UNWATCHED_PATIENCE_MS = parseDuration('7d')

/** Makes and keeps a plan. It says everything that stands against it at once; nothing is started. */
export async function makePlan(db: Queryable, request: PlanRequest): Promise<PlanMade> {
  const found = await findSubject(db, request)
  if (!found.ok) return found
  const subject = await turn(db, found, request)
  if (!subject.ok) return subject
  const { pipeline, release, snapshots } = subject
  const nested = await planNested(db, pipeline, { ...request, snapshots })
  if (!nested.ok) return nested
  const source = request.source ?? (await findNewestSource(db, pipeline))
  const facts = await readRunFacts(db, {
    pipeline,
    release,
    source: release === null ? source : null,
    snapshots,
    nested: nested.plans,
  })
  const planned = planRun({
    pipeline,
    parameters: subject.parameters ?? request.parameters,
    facts: { ...facts, versions: new Map([...facts.versions, ...subject.versions]) },
    onFailure: request.onFailure,
    waitForPersonMs: request.onFailure === 'end' ? UNWATCHED_PATIENCE_MS : null,
  })
  if (!planned.ok) return planned
  // The order of a way back is found with it, and one application is in no order.
  const isForward = request.wayBack !== true && request.putBack === undefined
  const unfit = release === null || !isForward ? [] : await refuseUnfitOrder(db, planned.plan)
  if (unfit.length > 0) return { ok: false, refusals: unfit }
  const unset = await refuseUnsetSecrets(db, planned.plan, release ?? pipeline)
  if (unset.length > 0) return { ok: false, refusals: unset }
  const deployments = await planDeployments(db, planned.plan)
  if (!deployments.ok) return deployments
  const idle = await refuseIdle(db, subject.drifted, deployments.digests)
  if (idle !== undefined) return idle
  const plan: RunPlan = {
    ...withProcessPlans(planned.plan, deployments.digests),
    ...(request.wayBack === true ? { isWayBack: true } : {}),
    ...(request.putBack === undefined ? {} : { isPutBack: true }),
    ...(request.startsAt === undefined ? {} : { startsAt: request.startsAt }),
  }
  const digest = digestOf(plan)
  await savePlan(db, digest, plan)
  return {
    ok: true,
    plan,
    digest,
    pipeline,
    release,
    set: subject.set,
    deployments: deployments.described,
    cannotBeUndone: subject.cannotBeUndone,
  }
}

type Refusals = { readonly ok: false; readonly refusals: readonly PlanRefusal[] }
type Subject =
  | {
      readonly ok: true
      readonly pipeline: StoredDefinition<'pipeline'>
      readonly release: StoredDefinition<'release'> | null
      readonly set: number | null
      readonly snapshots: ReadonlyMap<string, KnownSnapshot>
      /** Snapshots that tasks name by version, beside those that are looked up. */
      readonly versions: ReadonlyMap<string, Digest>
      readonly cannotBeUndone: readonly string[]
      /** Instead of those that were asked for. */
      readonly parameters?: Readonly<Record<string, string>>
      /** What the plan has to put back. */
      readonly drifted?: readonly InventoryRow[]
    }
  | Refusals

/** What is planned instead of the pipeline or release itself. */
async function turn(
  db: Queryable,
  found: Extract<Subject, { ok: true }>,
  request: PlanRequest,
): Promise<Subject> {
  if (request.wayBack === true) return turnBack(db, found, request)
  return request.putBack === undefined ? found : turnPutBack(db, found, request.putBack)
}

/** One stage with one deployment, of what was wanted there: everything else of the pipeline or release is left out. */
async function turnPutBack(
  db: Queryable,
  { pipeline, release }: Extract<Subject, { ok: true }>,
  wanted: PutBackRequest,
): Promise<Subject> {
  const back = await findPutBack(db, { pipeline, release }, wanted)
  if (!back.ok) return back
  const { definition, snapshot, parameters, drifted } = back
  return {
    ok: true,
    set: null,
    pipeline: { ...pipeline, definition },
    release: release && {
      ...release,
      definition: {
        ...release.definition,
        title: `${release.definition.title}, put back`,
        applications: release.definition.applications.filter(
          ({ application }) => fullName(application, release.project) === wanted.application,
        ),
      },
    },
    snapshots: new Map([[wanted.application, snapshot]]),
    parameters,
    drifted,
    ...NOTHING_MORE,
  }
}

/** Who starts it expects the drift to end. */
async function refuseIdle(
  db: Queryable,
  drifted: readonly InventoryRow[] | undefined,
  digests: ReadonlyMap<string, Digest>,
): Promise<Refusals | undefined> {
  if (drifted === undefined) return undefined
  for (const digest of digests.values()) {
    const plan = await findPlan(db, digest)
    if (plan?.kind === 'process' && listPutBack(plan, drifted).length > 0) return undefined
  }
  const places = [...new Set(drifted.map(({ resource }) => resource))].join(', ')
  const message = `The deployment would change nothing on ${places}: no tier of the environment takes it there. Accept what runs, or change the environment.`
  return { ok: false, refusals: [{ code: 'nothing_to_put_back', where: '', message }] }
}

/** The release in the other direction: its stages as a pipeline that nobody has written, and what it takes back. */
async function turnBack(
  db: Queryable,
  subject: Extract<Subject, { ok: true }>,
  request: PlanRequest,
): Promise<Subject> {
  const { pipeline, release } = subject
  if (release === null) {
    return unknown(
      `"${request.name}" is no release. A pipeline takes an application back with a rollback task.`,
    )
  }
  const wanted = request.snapshots ?? new Map<string, KnownSnapshot>()
  const back = await findWayBack(db, { release, pipeline, wanted })
  if (!back.ok) return back
  const { snapshots, versions, cannotBeUndone } = back
  const goes = release.definition.applications.filter(({ application }) =>
    snapshots.has(fullName(application, release.project)),
  )
  return {
    ok: true,
    set: null,
    pipeline: { ...pipeline, definition: back.definition },
    // Whoever is asked to approve it reads which way it goes.
    release: {
      ...release,
      definition: {
        ...release.definition,
        title: `${release.definition.title}, way back`,
        applications: goes,
      },
    },
    snapshots,
    versions,
    cannotBeUndone,
  }
}

async function findSubject(db: Queryable, request: PlanRequest): Promise<Subject> {
  const { project, name } = request
  const release = request.draft ?? (await findDefinition(db, { kind: 'release', project, name }))
  if (release !== undefined) {
    const reference = release.definition.pipeline
    const wanted = `${reference.project ?? project}/${reference.name}`
    const pipeline = await findByFullName(db, 'pipeline', wanted)
    if (pipeline === undefined) return unknown(`There is no pipeline "${wanted}".`)
    const state = request.draft === undefined ? await readRelease(db, release.uuid) : undefined
    return {
      ok: true,
      pipeline,
      release,
      set: state?.set ?? null,
      snapshots: new Map([...collectedBy(state), ...(request.snapshots ?? [])]),
      ...NOTHING_MORE,
    }
  }
  const pipeline = await findDefinition(db, { kind: 'pipeline', project, name })
  if (pipeline === undefined) {
    return unknown(`There is no pipeline and no release "${project}/${name}".`)
  }
  const snapshots = request.snapshots ?? new Map<string, KnownSnapshot>()
  return { ok: true, pipeline, release: null, set: null, snapshots, ...NOTHING_MORE }
}

const NOTHING_MORE = { versions: new Map<string, Digest>(), cannotBeUndone: [] } as const

function unknown(message: string): {
  readonly ok: false
  readonly refusals: readonly PlanRefusal[]
} {
  return { ok: false, refusals: [{ code: 'unknown_name', where: '', message }] }
}

/** The state of a release, by the uuid that it shares with its definition. */
export async function readRelease(db: Queryable, uuid: string): Promise<ReleaseState | undefined> {
  const row = await findRow<{ state: ReleaseState }>(
    db,
    `SELECT state FROM aggregates WHERE root_id = $1 AND id = $1 AND kind = 'release'`,
    [uuid],
  )
  return row?.state
}

function collectedBy(state: ReleaseState | undefined): ReadonlyMap<string, KnownSnapshot> {
  const snapshots = new Map<string, KnownSnapshot>()
  for (const { application, taken } of state?.applications ?? []) {
    if (taken === undefined) continue
    snapshots.set(application, {
      digest: taken.snapshot,
      version: taken.version,
      passed: taken.run,
    })
  }
  return snapshots
}

async function planNested(
  db: Queryable,
  pipeline: StoredDefinition<'pipeline'>,
  request: PlanRequest,
): Promise<
  | { readonly ok: true; readonly plans: ReadonlyMap<string, NestedPlan> }
  | { readonly ok: false; readonly refusals: readonly PlanRefusal[] }
> {
  const plans = new Map<string, NestedPlan>()
  const chain = [...(request.runBy ?? []), `${pipeline.project}/${pipeline.name}`]
  for (const inner of nestedPipelinesOf(pipeline)) {
    const [project = '', name = ''] = inner.pipeline.split('/')
    const stands = refuseChain(chain, inner.pipeline)
    if (stands !== undefined) return stands
    const made = await makePlan(db, {
      project,
      name,
      parameters: textParameters(inner.parameters),
      source: request.source,
      ...(request.snapshots === undefined ? {} : { snapshots: request.snapshots }),
      onFailure: request.onFailure,
      runBy: chain,
    })
    if (!made.ok) return made
    const environments = environmentsChanged(made.plan)
    plans.set(inner.key, { plan: made.digest, environments })
  }
  return { ok: true, plans }
}

/** Pipelines that run pipelines, at most so many below one another. */
const NESTED_MAX = 5

function refuseChain(
  chain: readonly string[],
  next: string,
): { readonly ok: false; readonly refusals: readonly PlanRefusal[] } | undefined {
  const whole = [...chain, next].join(' → ')
  if (chain.at(-1) === next) return unknown(`The pipeline "${next}" runs itself.`)
  if (chain.includes(next)) return unknown(`These pipelines run each other: ${whole}.`)
  if (chain.length <= NESTED_MAX) return undefined
  return unknown(`Pipelines run pipelines at most ${NESTED_MAX} deep, and this goes on: ${whole}.`)
}

function textParameters(
  parameters: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [],
    ),
  )
}

/** The newest commit of the branch that triggers the pipeline; null when it has no repository. */
async function findNewestSource(
  db: Queryable,
  pipeline: StoredDefinition<'pipeline'>,
): Promise<Source | null> {
  const trigger = pipeline.definition.on.find((one) => one.kind === 'commit')
  if (trigger === undefined) return null
  const row = await findRow<{ url: string; refs: Readonly<Record<string, string>> }>(
    db,
    `SELECT url, refs FROM repositories WHERE project_id = $1 AND name = $2`,
    [pipeline.projectNumber, trigger.repository],
  )
  const commit = row?.refs[`refs/heads/${trigger.branch}`]
  if (row === undefined || commit === undefined) return null
  return { repository: trigger.repository, url: row.url, branch: trigger.branch, commit }
}

// Every state between two deployments of a release must leave nothing in the field without a partner.
async function refuseUnfitOrder(db: Queryable, plan: RunPlan): Promise<readonly PlanRefusal[]> {
  const refusals: PlanRefusal[] = []
  const digests = plan.brings.flatMap(({ snapshot }) => (snapshot === null ? [] : [snapshot]))
  const brings = await readOffers(db, digests)
  for (const stage of plan.stages) {
    if (stage.environment === null) continue
    const applications = new Set(
      stage.tasks.flatMap(({ work }) =>
        work.kind === 'process' && work.process === 'deploy'
          ? [`${work.application.project}/${work.application.name}`]
          : [],
      ),
    )
    const field = await readField(db, stage.environment)
    const order = planOrder({ applications: [...applications], brings, field })
    if (order.fits) continue
    const offered =
      order.offered === undefined ? '' : ` An order that fits: ${order.offered.join(', ')}.`
    refusals.push({
      code: 'not_compatible',
      where: `stages/${stage.name}`,
      message: `${order.mismatches.map(mismatchText).join(' ')}${offered}`,
    })
  }
  return refusals
}

/** Tasks whose secrets have no value could not begin; those of deployments are looked at with their own plans. */
async function refuseUnsetSecrets(
  db: Queryable,
  plan: RunPlan,
  { project, projectNumber }: { readonly project: string; readonly projectNumber: number },
): Promise<readonly PlanRefusal[]> {
  const refusals: PlanRefusal[] = []
  for (const stage of plan.stages) {
    const scope = {
      project: projectNumber,
      environment: stage.environment?.id ?? null,
      isOfPlace: false,
    }
    for (const name of await listUnset(db, scope, secretsNamed(stage))) {
      refusals.push({
        code: 'secret_not_set',
        where: `stages/${stage.name}`,
        message: unsetSentence(name, project),
      })
    }
  }
  return refusals
}

type Deployments =
  | {
      readonly ok: true
      readonly digests: ReadonlyMap<string, Digest>
      readonly described: ReadonlyMap<string, PlanDescription>
    }
  | { readonly ok: false; readonly refusals: readonly PlanRefusal[] }

/** Plans every deployment whose snapshot is known, and keeps the plans. */
async function planDeployments(db: Queryable, plan: RunPlan): Promise<Deployments> {
  const digests = new Map<string, Digest>()
  const described = new Map<string, PlanDescription>()
  const refusals: PlanRefusal[] = []
  for (const stage of plan.stages) {
    for (const task of stage.tasks) {
      if (task.work.kind !== 'process' || stage.environment === null) continue
      if (task.work.snapshot === null) continue
      const planned = await planProcessNow(db, {
        process: task.work.process,
        application: task.work.application,
        environment: {
          ...stage.environment,
          ...revisionOf(plan, stage.environment),
        },
        snapshot: task.work.snapshot,
        parameters: plan.parameters,
        force: task.work.force,
      })
      const key = `${stage.name}/${task.key}`
      if (!planned.ok) {
        refusals.push({ code: planned.refusal, where: key, message: planned.detail })
        continue
      }
      digests.set(key, await keep(db, planned.plan))
      described.set(key, describePlan(planned.plan))
    }
  }
  return refusals.length > 0 ? { ok: false, refusals } : { ok: true, digests, described }
}

async function keep(db: Queryable, plan: ProcessPlan): Promise<Digest> {
  const digest = digestOf(plan)
  await savePlan(db, digest, plan)
  return digest
}

function revisionOf(
  plan: RunPlan,
  environment: { readonly project: string; readonly name: string },
): { readonly revision?: number } {
  const used = plan.definitions.find(
    ({ kind, project, name }) =>
      kind === 'environment' && project === environment.project && name === environment.name,
  )
  return used === undefined ? {} : { revision: used.revision }
}
