// What has moved between a plan that somebody was shown and the one that comes out now.

import {
  comparePlans,
  type Digest,
  type ProcessPlan,
  type RunPlan,
  type UsedDefinition,
} from '@lockstep/domain'

import { findRow, type Queryable } from '../../postgres/queryable.ts'
import { readPlans } from '../../postgres/read/run-head.ts'

const DIFFERENCES_MAX = 20

/** Sentences about what differs; undefined for a plan that was never made. `wanted` may be its first digits. */
export async function readPlanDifferences(
  db: Queryable,
  wanted: string,
  now: RunPlan,
): Promise<readonly string[] | undefined> {
  const before = await findPlanByDigits(db, wanted)
  if (before === undefined) return undefined
  const differences = [
    ...definitionDifferences(before, now),
    ...bringsDifferences(before, now),
    ...(await processDifferences(db, before, now)),
  ]
  const found = differences.length > 0 ? differences : ['Parameters or chosen snapshots differ.']
  return found.slice(0, DIFFERENCES_MAX)
}

async function findPlanByDigits(db: Queryable, wanted: string): Promise<RunPlan | undefined> {
  const digits = wanted.replace(/^sha256:/, '')
  const row = await findRow<{ body: RunPlan }>(
    db,
    `SELECT body FROM plans WHERE digest >= $1 AND digest < $2 AND kind = 'run' ORDER BY digest LIMIT 1`,
    [`sha256:${digits}`, `sha256:${digits}g`], // `g` comes after every hexadecimal digit.
  )
  return row?.body
}

function definitionDifferences(before: RunPlan, now: RunPlan): readonly string[] {
  const nameOf = ({ kind, project, name }: UsedDefinition): string => `${kind} ${project}/${name}`
  return now.definitions.flatMap((used) => {
    const old = before.definitions.find((one) => nameOf(one) === nameOf(used))
    if (old?.revision === used.revision) return []
    return [`${nameOf(used)}: revision ${old?.revision ?? 'none'} → ${used.revision}`]
  })
}

function bringsDifferences(before: RunPlan, now: RunPlan): readonly string[] {
  return now.brings.flatMap(({ application: { project, name }, snapshot, version }) => {
    const old = before.brings.find(
      ({ application }) => application.project === project && application.name === name,
    )
    if (old?.snapshot === snapshot) return []
    return [`${name}: ${old?.version ?? 'nothing'} → ${version ?? 'nothing'}`]
  })
}

async function processDifferences(
  db: Queryable,
  before: RunPlan,
  now: RunPlan,
): Promise<readonly string[]> {
  const [old, fresh] = [plansByTask(before), plansByTask(now)]
  const plans = await readPlans(db, [...old.values(), ...fresh.values()])
  const processPlan = (digest: Digest | undefined): ProcessPlan | undefined => {
    const plan = digest === undefined ? undefined : plans.get(digest)
    return plan?.kind === 'process' ? plan : undefined
  }
  return [...fresh].flatMap(([task, digest]) => {
    const [was, is] = [processPlan(old.get(task)), processPlan(digest)]
    if (was === undefined || is === undefined || old.get(task) === digest) return []
    return comparePlans(was, is).map(({ text }) => `${task}: ${text}`)
  })
}

function plansByTask(plan: RunPlan): ReadonlyMap<string, Digest> {
  return new Map(
    plan.stages.flatMap(({ name, tasks }) =>
      tasks.flatMap(({ key, work }): readonly (readonly [string, Digest])[] =>
        work.kind === 'process' && work.plan !== null ? [[`${name}/${key}`, work.plan]] : [],
      ),
    ),
  )
}
