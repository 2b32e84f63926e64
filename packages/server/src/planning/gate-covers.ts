// What a decision about a gate covers.

import type { Digest, GateRunState, RunPlan } from '@lockstep/domain'

import type { Target } from '../ports/reactor.ts'
import { listRunSnapshots } from '../postgres/deliverables/run-store.ts'
import type { Queryable } from '../postgres/queryable.ts'
import { digestOf } from './digest.ts'

/**
 * The digest of everything that the gate lets through: the snapshots, the plan with its parameters, and the gate's own
 * definition. When it changes, what was decided before does not count any more.
 */
export async function readCovers(
  db: Queryable,
  target: Target,
  plan: RunPlan,
  gate: GateRunState,
): Promise<Digest> {
  const made = await listRunSnapshots(db, target.root)
  const stage = plan.stages[gate.stage]
  if (stage === undefined) throw new Error(`the plan has no stage ${gate.stage}`)
  return digestOf({
    v: 1,
    plan: gate.plan,
    parameters: plan.parameters,
    stage: stage.name,
    node: gate.node,
    gate: stage[gate.node],
    snapshots: Object.fromEntries([
      ...plan.brings.map(({ application, snapshot }) => [
        `${application.project}/${application.name}`,
        snapshot,
      ]),
      ...[...made].map(([name, { digest }]) => [name, digest]),
    ]),
  })
}
