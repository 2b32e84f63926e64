// One process in one environment, planned on what is known now.

import { readProcessDefinitions } from '@lockstep/define/plan'
import type { EnvironmentTierOf } from '@lockstep/define/check'
import {
  findLastGood,
  idOf,
  planProcess,
  secretsNamed,
  type Digest,
  type EnvironmentId,
  type PlannedProcess,
  type ProcessPlan,
} from '@lockstep/domain'

import {
  findDefinition,
  findDefinitionByDigest,
  type StoredDefinition,
} from '../postgres/deliverables/definition-store.ts'
import { unsetSentence } from './unset-secret.ts'
import { findSnapshot, type StoredSnapshot } from '../postgres/deliverables/snapshot-store.ts'
import { listUnset } from '../postgres/deliverables/secret-store.ts'
import type { Queryable } from '../postgres/queryable.ts'
import {
  listEnvironmentAgents,
  type EnvironmentAgent,
} from '../postgres/read/environment-agents.ts'
import { listDeployments } from '../postgres/read/deployments.ts'
import { listInventory } from '../postgres/read/inventory.ts'

/** What is to be planned. */
export interface ProcessRequest {
  readonly process: string
  readonly application: { readonly project: string; readonly name: string }
  readonly environment: {
    readonly id: EnvironmentId
    readonly project: string
    readonly name: string
    /** The revision that the run keeps; absent: the newest. */
    readonly revision?: number
  }
  /** What is deployed; null for processes that place nothing, and for roll back, which looks for the last good one. */
  readonly snapshot: Digest | null
  readonly parameters: Readonly<Record<string, string>>
  readonly force: boolean
}

export type ProcessPlanned =
  | { readonly ok: true; readonly plan: ProcessPlan }
  | { readonly ok: false; readonly refusal: string; readonly detail: string }

/**
 * Plans the process on today's inventory and agents. The processes are those of the snapshot: what deployed it in the
 * first environment deploys it everywhere.
 */
export async function planProcessNow(
  db: Queryable,
  request: ProcessRequest,
): Promise<ProcessPlanned> {
  const { application, environment } = request
  const snapshot = await findWantedSnapshot(db, request)
  if (snapshot !== null && 'refusal' in snapshot) return snapshot
  const definition =
    snapshot === null
      ? await findDefinition(db, { kind: 'application', ...application })
      : await findDefinitionByDigest(db, 'application', application, snapshot.definition)
  const placed = await findDefinition(db, { kind: 'environment', ...environment })
  if (definition === undefined || placed === undefined) {
    return {
      ok: false,
      refusal: 'unknown_name',
      detail: `application ${application.project}/${application.name} or environment ${environment.project}/${environment.name} is not there`,
    }
  }
  const planned = await plan(db, { request, snapshot, definition, placed })
  return planned.ok ? refuseUnset(db, planned.plan, placed) : planned
}

/** A deployment that could not be given its secrets is not begun. */
async function refuseUnset(
  db: Queryable,
  plan: ProcessPlan,
  placed: StoredDefinition<'environment'>,
): Promise<ProcessPlanned> {
  const scope = {
    project: placed.projectNumber,
    environment: idOf('env', placed.uuid),
    isOfPlace: true,
  }
  const [name] = await listUnset(db, scope, secretsNamed(plan))
  if (name === undefined) return { ok: true, plan }
  return { ok: false, refusal: 'secret_not_set', detail: unsetSentence(name, placed.project) }
}

async function plan(
  db: Queryable,
  found: {
    readonly request: ProcessRequest
    readonly snapshot: StoredSnapshot | null
    readonly definition: StoredDefinition<'application'>
    readonly placed: StoredDefinition<'environment'>
  },
): Promise<PlannedProcess> {
  const { request, snapshot, definition, placed } = found
  const agents = await listEnvironmentAgents(db, request.environment.id)
  const inventory = await listInventory(db, { environment: request.environment.id })
  const { application, tierMap, variables, tiers } = readProcessDefinitions({
    application: definition,
    environment: placed,
    parameters: request.parameters,
    resourcesOf: (tier) => resourcesOf(tier, agents),
  })
  const own = inventory.filter(
    ({ component }) =>
      component.project === request.application.project &&
      component.application === request.application.name,
  )
  const process = request.process === 'rollback' ? 'deploy' : request.process
  return planProcess({
    application,
    process,
    environment: {
      id: request.environment.id,
      project: request.environment.project,
      name: request.environment.name,
      tiers,
    },
    tierMap,
    snapshot: snapshot === null ? null : snapshotInput(snapshot),
    inventory: own,
    variables,
    parameters: request.parameters,
    from: onlyVersion(own.map(({ reported }) => reported?.version)),
    force: request.force,
  })
}

function resourcesOf(
  tier: EnvironmentTierOf<'hosts'>,
  agents: readonly EnvironmentAgent[],
): readonly EnvironmentAgent[] {
  const { label, agents: named } = tier
  return agents.filter((agent) =>
    label === undefined ? named?.includes(agent.name) : agent.labels.includes(label),
  )
}

function snapshotInput({ digest, body }: StoredSnapshot): {
  readonly digest: Digest
  readonly version: string
  readonly components: Readonly<
    Record<
      string,
      { readonly version: string; readonly digest: Digest; readonly sizeBytes: number }
    >
  >
} {
  return {
    digest,
    version: body.version,
    components: Object.fromEntries(
      body.components.map(({ name, version, digest, sizeBytes }) => [
        name,
        { version, digest, sizeBytes },
      ]),
    ),
  }
}

/** The version that runs now, when it is the same everywhere; null when there are several or none. */
function onlyVersion(versions: readonly (string | undefined)[]): string | null {
  const different = new Set(versions.filter((version) => version !== undefined))
  const [only] = different
  return different.size === 1 ? (only ?? null) : null
}

async function findWantedSnapshot(
  db: Queryable,
  request: ProcessRequest,
): Promise<StoredSnapshot | null | { readonly ok: false; refusal: string; detail: string }> {
  if (request.process === 'rollback' && request.snapshot === null) {
    const last = await findLastGoodSnapshot(db, request)
    if (last !== undefined) return last
    return {
      ok: false,
      refusal: 'nothing_to_go_back_to',
      detail: `no other snapshot of ${request.application.name} has run in ${request.environment.name} before`,
    }
  }
  if (request.snapshot === null) return null
  const snapshot = await findSnapshot(db, request.snapshot)
  if (snapshot !== undefined) return snapshot
  return { ok: false, refusal: 'unknown_name', detail: `there is no snapshot ${request.snapshot}` }
}

/** Where a roll back of the application goes in this environment. */
async function findLastGoodSnapshot(
  db: Queryable,
  { environment, application }: ProcessRequest,
): Promise<StoredSnapshot | undefined> {
  const good = findLastGood(await listDeployments(db, { environment: environment.id, application }))
  return good === undefined ? undefined : findSnapshot(db, good)
}
