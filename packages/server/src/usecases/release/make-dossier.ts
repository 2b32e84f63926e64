// Everything that is kept about a release as one document, generated from the runs themselves. It says nothing of the
// moment in which it was made: for a release that is over, its bytes are the same for ever.

import type { InventoryRow, Plan, ReleaseId, RunPlan } from '@lockstep/domain'

import { digestOf } from '../../planning/digest.ts'
import type { StoredDefinition } from '../../postgres/deliverables/definition-store.ts'
import type { Queryable } from '../../postgres/queryable.ts'
import {
  findDossierEnd,
  listDossierDecisions,
  listDossierDefinitions,
  listDossierEvents,
  listDossierJobs,
  listDossierRuns,
  listDossierSnapshots,
  listDossierTests,
  type DossierDecision,
  type DossierRun,
} from '../../postgres/read/dossier.ts'
import { listInventory } from '../../postgres/read/inventory.ts'
import { nameOf, readNames, type Names } from '../../postgres/read/names.ts'

/** The document, with the digest of all the rest in it. */
export type Dossier = Readonly<Record<string, unknown>>

/**
 * Purpose and parts, plans with the definitions that they used, what was done and found, who decided what, tests, and what
 * ran in each environment before and after.
 */
export async function makeDossier(
  db: Queryable,
  release: ReleaseId,
  stored: StoredDefinition<'release'>,
): Promise<Dossier> {
  const [end, runs, events, decisions, jobs, tests] = [
    await findDossierEnd(db, release),
    await listDossierRuns(db, release),
    await listDossierEvents(db, release),
    await listDossierDecisions(db, release),
    await listDossierJobs(db, release),
    await listDossierTests(db, release),
  ]
  const plans = new Map(runs.map(({ plan, body }) => [plan, body]))
  const definitions = await listDossierDefinitions(db, usedBy(runs))
  const names = await readNames(db, [
    ...events.map(({ actor }) => actor),
    ...decisions.map(({ person }) => person),
    ...definitions.map(({ author }) => author),
    ...runs.map(({ starter }) => starter),
  ])
  const own = definitions.findLast(({ kind }) => kind === 'release')
  const about: Dossier = {
    v: 1,
    kind: 'release_dossier',
    release: {
      id: release,
      project: stored.project,
      name: own?.name ?? stored.name,
      state: end?.status ?? 'planned',
      isOver: end?.isOver ?? false,
      purpose: (own?.body ?? stored.definition)['purpose'] ?? null,
      definition: own?.digest ?? stored.digest,
    },
    definitions: definitions.map(({ author, at, ...definition }) => ({
      ...definition,
      author: nameOf(names, author),
      at: at.toISOString(),
    })),
    snapshots: (await listDossierSnapshots(db, broughtBy(runs))).map((snapshot) => ({
      ...snapshot,
      at: snapshot.at.toISOString(),
    })),
    runs: await Promise.all(runs.map((run) => describeRun(db, run, names))),
    decisions: decisions.map((decision) => describeDecision(decision, plans, names)),
    tests,
    jobs: jobs.map(({ startedAt, finishedAt, ...job }) => ({
      ...job,
      startedAt: textOf(startedAt),
      finishedAt: textOf(finishedAt),
    })),
    events: events.map(({ actor, at, ...event }) => ({
      at: at.toISOString(),
      ...event,
      actor,
      by: nameOf(names, actor),
    })),
  }
  return { ...about, digest: digestOf(about) }
}

function usedBy(runs: readonly DossierRun[]): RunPlan['definitions'] {
  return runs.flatMap(({ body }) => (body.kind === 'run' ? body.definitions : []))
}

function broughtBy(runs: readonly DossierRun[]): readonly string[] {
  const digests = runs.flatMap(({ body }) =>
    body.kind === 'run' ? body.brings.map(({ snapshot }) => snapshot) : [],
  )
  return [...new Set(digests.filter((digest) => digest !== null))]
}

async function describeRun(db: Queryable, run: DossierRun, names: Names): Promise<Dossier> {
  const places = environmentsOf(run.body)
  const environments = places.map(({ id }) => id)
  const before = await listInventory(db, { environments, at: run.startedAt })
  const after =
    run.finishedAt === null ? [] : await listInventory(db, { environments, at: run.finishedAt })
  return {
    address: run.address,
    startedBy: nameOf(names, run.starter),
    startedAt: run.startedAt.toISOString(),
    finishedAt: textOf(run.finishedAt),
    state: run.status,
    plan: { digest: run.plan, body: run.body },
    environments: places.map(({ id, project, name, title }) => ({
      id,
      project,
      name,
      title,
      before: before.filter(({ environment }) => environment === id).map(describeRow),
      after:
        run.finishedAt === null
          ? null
          : after.filter(({ environment }) => environment === id).map(describeRow),
    })),
  }
}

function environmentsOf(
  plan: Plan,
): readonly NonNullable<RunPlan['stages'][number]['environment']>[] {
  if (plan.kind !== 'run') return []
  const places = plan.stages.flatMap(({ environment }) =>
    environment === null ? [] : [environment],
  )
  return [...new Map(places.map((place) => [place.id, place])).values()]
}

function describeRow(row: InventoryRow): Dossier {
  const { component, resource, reported, verified, unknown, wanted, since, putBy } = row
  return {
    application: `${component.project}/${component.application}`,
    component: component.name,
    resource,
    reported,
    verified,
    unknown,
    wanted,
    since: new Date(since).toISOString(),
    putBy,
  }
}

function describeDecision(
  decision: DossierDecision,
  plans: ReadonlyMap<string, Plan>,
  names: Names,
): Dossier {
  const { plan: digest, stage: index, node, rule, person, at, ...rest } = decision
  const plan = digest === null ? undefined : plans.get(digest)
  const stage = plan?.kind === 'run' && index !== null ? plan.stages[index] : undefined
  const gate = node === 'exit' ? stage?.exit : stage?.entry
  return {
    at: at.toISOString(),
    stage: stage?.name ?? null,
    side: node,
    rule: gate?.rules[rule]?.name ?? String(rule),
    person,
    by: nameOf(names, person),
    ...rest,
  }
}

function textOf(date: Date | null): string | null {
  return date === null ? null : date.toISOString()
}
