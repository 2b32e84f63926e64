// Whether the bits of a run came from agents that are known here.

import type { CheckPlan } from '@lockstep/domain'

import { findSnapshot } from '../postgres/deliverables/snapshot-store.ts'
import { listRunSnapshots } from '../postgres/deliverables/run-store.ts'
import { listRows } from '../postgres/queryable.ts'
import type { CheckAnswer, CheckContext } from './ask-check.ts'

/**
 * Holds when every artifact of every snapshot came in the signed report of an agent, by these bytes, and with an SBOM if asked
 * for. The signature was verified when the report came; it is not kept with the artifact.
 */
export async function judgeSignatures(
  check: Extract<CheckPlan, { kind: 'signed' }>,
  { deps, asked, plan }: CheckContext,
): Promise<CheckAnswer> {
  const made = await listRunSnapshots(deps.db, asked.target.root)
  const digests = new Set([
    ...plan.brings.flatMap(({ snapshot }) => (snapshot === null ? [] : [snapshot])),
    ...[...made.values()].map(({ digest }) => digest),
  ])
  let counted = 0
  for (const digest of digests) {
    const snapshot = await findSnapshot(deps.db, digest)
    if (snapshot === undefined) return { answer: 'error', evidence: `${digest} is not there` }
    const artifacts = await listRows<{
      component: string
      digest: string
      job_id: string | null
      sbom_digest: string | null
    }>(
      deps.db,
      `SELECT a.component, a.digest, a.job_id, a.sbom_digest FROM artifacts a
       JOIN projects p ON p.number = a.project_id
       WHERE p.name = $1 AND a.application = $2 AND a.digest = ANY ($3)`,
      [
        snapshot.body.application.project,
        snapshot.body.application.name,
        snapshot.body.components.map((component) => component.digest),
      ],
    )
    for (const component of snapshot.body.components) {
      const artifact = artifacts.find(
        (one) => one.component === component.name && one.digest === component.digest,
      )
      if (artifact === undefined || artifact.job_id === null) {
        return {
          answer: 'not',
          evidence: `${component.name} ${component.version} came in no signed report of an agent`,
        }
      }
      if (check.sbom && artifact.sbom_digest === null) {
        return { answer: 'not', evidence: `${component.name} ${component.version} has no SBOM` }
      }
      counted += 1
    }
  }
  if (counted === 0) return { answer: 'not', evidence: 'the run brings nothing yet' }
  return {
    answer: 'holds',
    evidence: `${counted} of ${counted} artifacts came in signed reports of agents`,
  }
}
