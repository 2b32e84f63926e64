// Compatibility: what a run brings, compared with what really is out there.

import { judgeCompatibility, mismatchText } from '@lockstep/domain'

import { listRunSnapshots } from '../postgres/deliverables/run-store.ts'
import { readField, readOffers } from '../postgres/read/field.ts'
import type { CheckAnswer, CheckContext } from './check.ts'
import { stageAt } from './performer.ts'

/** Whether everything in the stage's environment has a partner once the run's snapshots are there. */
export async function judgeContracts({
  deps,
  asked,
  stage,
  plan,
}: CheckContext): Promise<CheckAnswer> {
  const environment = stageAt(plan, stage.stage).environment
  if (environment === null) return { answer: 'error', evidence: 'the stage has no environment' }
  const made = await listRunSnapshots(deps.db, asked.target.root)
  const digests = new Set([
    ...plan.brings.flatMap(({ snapshot }) => (snapshot === null ? [] : [snapshot])),
    ...[...made.values()].map(({ digest }) => digest),
  ])
  const brings = await readOffers(deps.db, [...digests])
  const field = await readField(deps.db, environment)
  const judged = judgeCompatibility({ brings, field })
  if (judged.fits) {
    return {
      answer: 'holds',
      evidence: `${brings.length} components fit ${field.length} in the field`,
    }
  }
  return { answer: 'not', evidence: judged.mismatches.map(mismatchText).join(' ') }
}
