// What a release has done, read as its way back: which applications go to which snapshots in which of its stages.

import {
  findLastingSteps,
  fullName,
  pipelineOfWayBack,
  type KnownSnapshot,
  type PlanRefusal,
  type StageOfWayBack,
} from '@lockstep/define/plan'
import type { PipelineDefinition } from '@lockstep/define/check'
import {
  mismatchText,
  planOrder,
  planWayBack,
  type Digest,
  type EnvironmentId,
  type StageBefore,
} from '@lockstep/domain'

import { environmentId, findByFullName } from '../../planning/read-run-facts.ts'
import {
  findDefinitionByDigest,
  type StoredDefinition,
} from '../../postgres/deliverables/definition-store.ts'
import { findSnapshot } from '../../postgres/deliverables/snapshot-store.ts'
import type { Queryable } from '../../postgres/queryable.ts'
import { listDeployments, type RecordedDeployment } from '../../postgres/read/deployments.ts'
import { readField, readOffers } from '../../postgres/read/field.ts'

/** The way back as a pipeline, what it takes where, and what cannot go back. */
export interface WayBack {
  readonly definition: PipelineDefinition
  /** What the first of its stages goes to, by `project/application`. */
  readonly snapshots: ReadonlyMap<string, KnownSnapshot>
  /** Every snapshot that it goes to, by `project/application version`. */
  readonly versions: ReadonlyMap<string, Digest>
  /** Sentences about what stays as it is. */
  readonly cannotBeUndone: readonly string[]
}

export type WayBackFound =
  | ({ readonly ok: true } & WayBack)
  | { readonly ok: false; readonly refusals: readonly PlanRefusal[] }

type Snapshot = Pick<RecordedDeployment, 'snapshot' | 'version'>
interface Place {
  readonly id: EnvironmentId
  readonly title: string
}

/**
 * Finds the way back of a release: `wanted` names snapshots that somebody has chosen, by `project/application`. Refused when the
 * release has changed nothing, and when no order keeps everything in the field with a partner.
 */
export async function findWayBack(
  db: Queryable,
  {
    release,
    pipeline,
    wanted,
  }: {
    readonly release: StoredDefinition<'release'>
    readonly pipeline: StoredDefinition<'pipeline'>
    readonly wanted: ReadonlyMap<string, KnownSnapshot>
  },
): Promise<WayBackFound> {
  const places = await findPlaces(db, release, pipeline)
  const known = new Map<string, Snapshot>()
  const before: StageBefore<Digest>[] = []
  for (const [stage, { id }] of places) {
    const applications = await Promise.all(
      applicationsOf(release, pipeline, stage).map(async (application) => {
        const [project = '', name = ''] = application.split('/')
        const made = await listDeployments(db, { environment: id, application: { project, name } })
        for (const one of made) known.set(one.snapshot, one)
        const chosen = wanted.get(application)
        if (chosen !== undefined) {
          known.set(chosen.digest, { snapshot: chosen.digest, version: chosen.version })
        }
        const history = made.map(({ snapshot, succeeded, root }) => ({
          snapshot,
          succeeded,
          ofRelease: root === release.uuid,
        }))
        return { application, history, wanted: chosen?.digest }
      }),
    )
    before.push({ stage, applications })
  }
  const back = planWayBack(before)
  if (back.every(({ applications }) => applications.length === 0)) return nothing(release, back)
  return compose(db, { release, pipeline, places, known, before, back })
}

async function compose(
  db: Queryable,
  found: {
    readonly release: StoredDefinition<'release'>
    readonly pipeline: StoredDefinition<'pipeline'>
    readonly places: ReadonlyMap<string, Place>
    readonly known: ReadonlyMap<string, Snapshot>
    readonly before: readonly StageBefore<Digest>[]
    readonly back: ReturnType<typeof planWayBack<Digest>>
  },
): Promise<WayBackFound> {
  const { pipeline, places, known } = found
  const stages: StageOfWayBack[] = []
  const refusals: PlanRefusal[] = []
  const snapshots = new Map<string, KnownSnapshot>()
  const versions = new Map<string, Digest>()
  for (const { stage, applications } of found.back) {
    const place = places.get(stage)
    if (place === undefined || applications.length === 0) continue
    const goes = new Map(
      applications.flatMap(({ application, to }) => {
        const snapshot = known.get(to)
        return snapshot === undefined ? [] : [[application, snapshot] as const]
      }),
    )
    const order = await findOrder(db, place, goes)
    if (!order.ok) refusals.push({ code: 'not_compatible', where: `stages/${stage}`, ...order })
    for (const [application, { snapshot, version }] of goes) {
      versions.set(`${application} ${version}`, snapshot)
      if (!snapshots.has(application)) {
        snapshots.set(application, { digest: snapshot, version, passed: null })
      }
    }
    stages.push({
      stage,
      applications: (order.ok ? order.order : [...goes.keys()]).map((application) => {
        const [project = '', name = ''] = application.split('/')
        return { application: { project, name }, version: goes.get(application)?.version ?? '' }
      }),
    })
  }
  if (refusals.length > 0) return { ok: false, refusals }
  return {
    ok: true,
    definition: pipelineOfWayBack(pipeline.definition, stages),
    snapshots,
    versions,
    cannotBeUndone: await listLasting(db, found),
  }
}

function nothing(
  { definition }: StoredDefinition<'release'>,
  back: ReturnType<typeof planWayBack<Digest>>,
): WayBackFound {
  const stays = back.flatMap(({ stay }) => stay)
  const message =
    stays.length === 0
      ? `"${definition.name}" has deployed nothing yet, so there is nothing to take back.`
      : `Nothing ran before "${definition.name}" where it has deployed ${[...new Set(stays)].join(', ')}. Name where to go: lockstep release rollback ${definition.name} --to APP:VERSION`
  return { ok: false, refusals: [{ code: 'nothing_to_go_back_to', where: '', message }] }
}

/** The environment of each stage that has one, in the order of the stages. */
async function findPlaces(
  db: Queryable,
  release: StoredDefinition<'release'>,
  pipeline: StoredDefinition<'pipeline'>,
): Promise<ReadonlyMap<string, Place>> {
  const places = new Map<string, Place>()
  for (const stage of pipeline.definition.stages) {
    const bound = release.definition.environments[stage.name]
    const name =
      stage.environment === undefined
        ? bound && fullName(bound, release.project)
        : fullName(stage.environment, pipeline.project)
    const found = name === undefined ? undefined : await findByFullName(db, 'environment', name)
    if (found !== undefined) {
      places.set(stage.name, { id: environmentId(found.uuid), title: found.definition.title })
    }
  }
  return places
}

/** What the release delivers, in the order in which the stage deploys it. */
function applicationsOf(
  release: StoredDefinition<'release'>,
  pipeline: StoredDefinition<'pipeline'>,
  stage: string,
): readonly string[] {
  const collected = new Set(
    release.definition.applications.map(({ application }) =>
      fullName(application, release.project),
    ),
  )
  const names: string[] = []
  type Tasks = StoredDefinition<'pipeline'>['definition']['stages'][number]['tasks']
  const visit = (tasks: Tasks): void => {
    for (const task of tasks) {
      if (task.kind === 'side_by_side' || task.kind === 'one_after_another') visit(task.tasks)
      else if (task.kind === 'deploy') names.push(fullName(task.application, pipeline.project))
    }
  }
  visit(pipeline.definition.stages.find(({ name }) => name === stage)?.tasks ?? [])
  return [...new Set(names)].filter((name) => collected.has(name))
}

/** The order of the way back, or another one in which every state in between fits. */
async function findOrder(
  db: Queryable,
  place: Place,
  goes: ReadonlyMap<string, Snapshot>,
): Promise<
  | { readonly ok: true; readonly order: readonly string[] }
  | { readonly ok: false; readonly message: string }
> {
  const brings = await readOffers(
    db,
    [...goes.values()].map(({ snapshot }) => snapshot),
  )
  const field = await readField(db, place)
  const planned = planOrder({ applications: [...goes.keys()], brings, field })
  if (planned.fits) return { ok: true, order: planned.order }
  if (planned.offered !== undefined) return { ok: true, order: planned.offered }
  return { ok: false, message: planned.mismatches.map(mismatchText).join(' ') }
}

/** What stays: applications that were not there before, and what was done once and for all. */
async function listLasting(
  db: Queryable,
  {
    places,
    known,
    before,
    back,
  }: Pick<Parameters<typeof compose>[1], 'places' | 'known' | 'before' | 'back'>,
): Promise<readonly string[]> {
  const sentences: string[] = []
  for (const { stage, applications, stay } of back) {
    const title = places.get(stage)?.title ?? stage
    for (const application of stay) {
      sentences.push(`${title}, ${application} stays: nothing of it ran there before.`)
    }
    for (const { application, to } of applications) {
      const history = before
        .find((one) => one.stage === stage)
        ?.applications.find((one) => one.application === application)?.history
      const came = history?.findLast(({ ofRelease }) => ofRelease)?.snapshot
      const version = known.get(to)?.version ?? ''
      for (const { component, step } of await findLasting(db, application, came)) {
        sentences.push(
          `${title}, ${application}: "${step}" of ${component} ran once for all and has no process "rollback"; ${version} meets what it has left.`,
        )
      }
    }
  }
  return sentences
}

async function findLasting(
  db: Queryable,
  application: string,
  digest: string | undefined,
): Promise<ReturnType<typeof findLastingSteps>> {
  const snapshot = digest === undefined ? undefined : await findSnapshot(db, digest)
  if (snapshot === undefined) return []
  const [project = '', name = ''] = application.split('/')
  const definition = await findDefinitionByDigest(
    db,
    'application',
    { project, name },
    snapshot.definition,
  )
  return definition === undefined ? [] : findLastingSteps(definition.definition)
}
