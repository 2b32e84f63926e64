// A pipeline or release as what puts one application back in one environment.

import {
  fullName,
  pipelineOfPutBack,
  type KnownSnapshot,
  type PlanRefusal,
} from '@lockstep/define/plan'
import type { PipelineDefinition } from '@lockstep/define/check'
import { isDrifted, uuidOf, type EnvironmentId, type InventoryRow } from '@lockstep/domain'

import {
  findDefinitionById,
  type StoredDefinition,
} from '../../postgres/deliverables/definition-store.ts'
import { findPlan } from '../../postgres/plans.ts'
import type { Queryable } from '../../postgres/queryable.ts'
import { listInventory } from '../../postgres/read/inventory.ts'
import { findPutBacks } from './find-put-backs.ts'
import { putBackSentence } from './put-back-words.ts'

/** What somebody wants to be put back. */
export interface PutBackRequest {
  readonly environment: EnvironmentId
  /** `project/name`. */
  readonly application: string
}

export type PutBackFound =
  | {
      readonly ok: true
      /** The stage that deploys it there, with that deployment alone. */
      readonly definition: PipelineDefinition
      readonly snapshot: KnownSnapshot
      /** Those of the run that brought it, as far as the pipeline still has them. */
      readonly parameters: Readonly<Record<string, string>>
      /** What has drifted of the application there. */
      readonly drifted: readonly InventoryRow[]
    }
  | { readonly ok: false; readonly refusals: readonly PlanRefusal[] }

/** Finds what brings back what is wanted, or says why nothing does and what helps. */
export async function findPutBack(
  db: Queryable,
  {
    pipeline,
    release,
  }: {
    readonly pipeline: StoredDefinition<'pipeline'>
    readonly release: StoredDefinition<'release'> | null
  },
  { environment, application }: PutBackRequest,
): Promise<PutBackFound> {
  const place = await findDefinitionById(db, uuidOf(environment))
  const address = place === undefined ? environment : `${place.project}/${place.name}`
  const bound = new Map(
    Object.entries(release?.definition.environments ?? {}).map(([stage, reference]) => [
      stage,
      fullName(reference, release?.project ?? pipeline.project),
    ]),
  )
  const definition = pipelineOfPutBack(pipeline, { application, environment: address }, bound)
  if (definition === undefined) {
    // By its id alone: whoever plans may see the pipeline, and not what it has nothing to do with.
    const by = release ?? pipeline
    return no(
      'unknown_name',
      `"${by.project}/${by.name}" has no stage that deploys "${application}" to ${environment}.`,
    )
  }
  const rows = (await listInventory(db, { environment })).filter(
    ({ component }) => `${component.project}/${component.application}` === application,
  )
  const drifted = rows.filter(isDrifted)
  const [first] = drifted
  if (first === undefined) {
    return no('nothing_to_put_back', `Nothing of "${application}" drifts in "${address}".`)
  }
  const { to, refusalOf, underWay } = (await findPutBacks(db, rows))(first) ?? NOTHING
  if (to === undefined) {
    return no('nothing_to_put_back', putBackSentence(refusalOf(first) ?? 'no_snapshot', first))
  }
  if (underWay !== undefined) {
    // Who starts this may see the runs of its project, and of others nothing is told.
    const isSeen = underWay.address.startsWith(`${(release ?? pipeline).project}/`)
    const run = isSeen ? underWay.address : 'a run of another project'
    return no('being_put_back', `"${application}" is being put back in "${address}" by ${run}.`)
  }
  const plan = await findPlan(db, to.runPlan)
  const declared = new Set(definition.parameters.map(({ name }) => name))
  const parameters = plan?.kind === 'run' ? Object.entries(plan.parameters) : []
  return {
    ok: true,
    definition,
    snapshot: { digest: to.snapshot, version: to.version, passed: null },
    parameters: Object.fromEntries(parameters.filter(([name]) => declared.has(name))),
    drifted,
  }
}

const NOTHING = { to: undefined, refusalOf: () => undefined, underWay: undefined } as const

function no(code: string, message: string): PutBackFound {
  return { ok: false, refusals: [{ code, where: '', message }] }
}
