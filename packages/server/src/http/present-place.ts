// How environments and what is in them are shown on the wire.

import type * as z from 'zod/mini'
import type {
  Environment,
  EnvironmentChange,
  InventoryRow as InventoryRowView,
} from '@lockstep/contract'
import type { EnvironmentTierDefinition } from '@lockstep/define/check'
import {
  idOf,
  isDrifted,
  type EnvironmentLockState,
  type InventoryRow,
  type ProjectId,
} from '@lockstep/domain'

import type { PutBackHere } from '../usecases/environment/find-put-backs.ts'
import { putBackSentence } from '../usecases/environment/put-back-words.ts'
import type { EnvironmentChangeRow } from '../postgres/read/environment-history.ts'
import type {
  EnvironmentName,
  EnvironmentView,
  RunAt,
  RunOfRoot,
} from '../postgres/read/environments.ts'
import { nameOf, type Names } from '../postgres/read/names.ts'

type View<Schema extends z.core.$ZodType> = z.output<Schema>

/** Whether the caller may see runs of a project. */
export type SeesRuns = (project: ProjectId) => boolean

export function presentEnvironment(
  environment: EnvironmentView,
  sees: SeesRuns,
): View<typeof Environment> {
  const { definition } = environment
  const { tiers, receives, title } = definition.definition
  return {
    id: idOf('env', definition.uuid),
    project: definition.project,
    name: definition.name,
    title,
    revision: definition.revision,
    tiers: tiers.map((tier) => ({ name: tier.name, kind: tier.kind, filledBy: fillingOf(tier) })),
    receives: receives.map(
      ({ application }) => `${application.project ?? definition.project}/${application.name}`,
    ),
    agents: [...environment.agents],
    windows: definition.definition.windows.map(({ name, when }) => ({ name, when })),
    freezes: definition.definition.freezes.map(({ name, from, until }) => ({ name, from, until })),
    frozen: presentFreeze(environment.lock?.frozen ?? null),
    lock: presentLock(environment, sees),
  }
}

function presentFreeze(frozen: EnvironmentLockState['frozen']): View<typeof Environment>['frozen'] {
  if (frozen === null) return null
  const { since, until, reason } = frozen
  return {
    from: new Date(since).toISOString(),
    until: until === null ? null : new Date(until).toISOString(),
    reason,
  }
}

function fillingOf(tier: EnvironmentTierDefinition): string {
  switch (tier.kind) {
    case 'hosts':
      return tier.label === undefined
        ? `agents ${(tier.agents ?? []).join(', ')}`
        : `label ${tier.label}`
    case 'fleet':
      return `devices where ${tier.where.cel}`
    case 'store':
      return `${tier.app} on ${tier.track}`
  }
}

function presentLock(
  { lock, runs, people }: EnvironmentView,
  sees: SeesRuns,
): View<typeof Environment>['lock'] {
  if (lock === undefined)
    return { state: 'free', holder: null, since: null, reason: null, queue: [] }
  const { holder, nextPerson, queue } = lock
  const nameOf = (person: string): string => people.get(person) ?? person
  const waiting = [...new Set(queue.map(([run]) => run))].map((run) => runName(runs.get(run), sees))
  const next = nextPerson === null ? waiting : [nameOf(nextPerson.person), ...waiting]
  if (holder === null)
    return { state: 'free', holder: null, since: null, reason: null, queue: next }
  if (holder.kind === 'person') {
    const { person, since, reason } = holder
    return {
      state: 'held',
      holder: nameOf(person),
      since: new Date(since).toISOString(),
      reason,
      queue: next,
    }
  }
  const holding = [...new Set(holder.claims.map(([run]) => run))]
  return {
    state: 'held',
    holder: holding.map((run) => runName(runs.get(run), sees)).join(', '),
    since: null,
    reason: nextPerson === null ? null : nextPerson.reason,
    queue: next,
  }
}

function runName(run: RunOfRoot | undefined, sees: SeesRuns): string {
  return run !== undefined && sees(run.project) ? run.address : 'a run that you may not see'
}

export function presentInventoryRow(
  row: InventoryRow,
  place: EnvironmentName,
  putBy: RunOfRoot | undefined,
  { sees, back }: { readonly sees: SeesRuns; readonly back: PutBackHere | undefined },
): View<typeof InventoryRowView> {
  const { component } = row
  return {
    environment: row.environment,
    project: place.project,
    environmentName: place.name,
    environmentTitle: place.title,
    application: `${component.project}/${component.application}`,
    component: component.name,
    resource: row.resource,
    reported: row.reported,
    verified: row.verified,
    unknown: row.unknown,
    wanted: row.wanted,
    drift: isDrifted(row),
    since: new Date(row.since).toISOString(),
    putBy: row.putBy === null ? null : runName(putBy, sees),
    ...presentPutBack(row, back, sees),
  }
}

function presentPutBack(
  row: InventoryRow,
  back: PutBackHere | undefined,
  sees: SeesRuns,
): Pick<View<typeof InventoryRowView>, 'putBack' | 'notPutBack'> {
  if (back === undefined || !isDrifted(row)) return { putBack: null, notPutBack: null }
  const refusal = back.refusalOf(row)
  if (back.to === undefined || refusal !== undefined) {
    return { putBack: null, notPutBack: putBackSentence(refusal ?? 'no_snapshot', row) }
  }
  if (back.underWay !== undefined) {
    const run = runName(back.underWay, sees)
    return { putBack: null, notPutBack: `It is being put back by ${run}.` }
  }
  const { by, version } = back.to
  if (!sees(by.project)) {
    const notPutBack =
      'A run that you may not see brought what is wanted here: who may start it puts it back.'
    return { putBack: null, notPutBack }
  }
  return { putBack: { ...by, version }, notPutBack: null }
}

/** What came or went; of a run that may not be seen only that there was one. */
export function presentEnvironmentChange(
  row: EnvironmentChangeRow,
  run: RunAt | undefined,
  { sees, names }: { readonly sees: SeesRuns; readonly names: Names },
): View<typeof EnvironmentChange> {
  const isByRun = row.what !== 'told' && row.what !== 'accepted' && row.what !== 'found'
  const isSeen = run !== undefined && sees(run.project)
  const actor = row.actor ?? (isByRun && isSeen ? run.starter : null)
  return {
    key: row.key,
    at: row.at.toISOString(),
    what: row.what,
    application: row.application,
    version: row.version,
    from: row.before.filter((version) => version !== row.version),
    components: [...row.components],
    resources: [...row.resources],
    resourceCount: row.resource_count,
    drift: row.drift,
    run: isByRun ? runName(run, sees) : null,
    runId: isByRun && isSeen ? run.id : null,
    by: actor === null ? null : nameOf(names, actor),
    reason: row.reason,
  }
}
