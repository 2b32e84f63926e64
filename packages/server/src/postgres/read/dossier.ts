// Everything that is kept about a release, put together from what its runs have recorded. The same release gives the same bytes.

import { uuidOf, type ReleaseId } from '@lockstep/domain'

import { findDefinitionById } from '../deliverables/definition-store.ts'
import { findPlan } from '../plans.ts'
import { listRows, type Queryable } from '../queryable.ts'

/**
 * The dossier of a release: its definition, each run with its plan, decisions and events, the snapshots that it brought, and
 * what stood in its environments before the first and after the last change. Undefined when there is no such release.
 */
export async function readDossier(
  db: Queryable,
  release: ReleaseId,
): Promise<Record<string, unknown> | undefined> {
  const definition = await findDefinitionById(db, uuidOf(release))
  if (definition?.definition.kind !== 'release') return undefined
  const root = uuidOf(release)
  const runs = await listRows<{
    id: string
    number: number
    plan_digest: string
    starter: string
    at: Date
  }>(
    db,
    `SELECT id, number, plan_digest, starter, created_at AS at FROM runs WHERE root_id = $1 ORDER BY number`,
    [root],
  )
  const plans: Record<string, unknown> = {}
  const digests = new Set<string>()
  for (const { plan_digest: digest } of runs) {
    const plan = await findPlan(db, digest)
    plans[digest] = plan
    if (plan?.kind !== 'run') continue
    for (const { snapshot } of plan.brings) if (snapshot !== null) digests.add(snapshot)
  }
  return {
    v: 1,
    release: {
      project: definition.project,
      name: definition.name,
      revision: definition.revision,
      digest: definition.digest,
      definition: definition.definition,
    },
    runs: runs.map(({ number, plan_digest: plan, starter, at }) => ({
      number,
      plan,
      starter,
      at: at.toISOString(),
    })),
    plans,
    snapshots: await listRows(
      db,
      `SELECT digest, version, body FROM snapshots WHERE digest = ANY ($1) ORDER BY digest`,
      [[...digests]],
    ),
    decisions: await listRows(
      db,
      `SELECT gate_id, rule, person, decision, covers, comment, how, at FROM decisions
       WHERE root_id = $1 ORDER BY at, gate_id, seq, ordinal`,
      [root],
    ),
    deployed: await listRows(
      db,
      `SELECT environment_id, application, component, resource, runs, verified, unknown, at FROM inventory_log
       WHERE by_root_id = $1 ORDER BY at, environment_id, component, resource, seq, ordinal`,
      [root],
    ),
    events: await listRows(
      db,
      `SELECT id, seq, kind, type, actor, at, body FROM events WHERE root_id = $1 ORDER BY at, id, seq LIMIT 100000`,
      [root],
    ),
  }
}
