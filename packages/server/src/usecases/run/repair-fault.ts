import { idOf, uuidOf } from '@lockstep/domain'

import type { Write } from '../../ports/write.ts'
import { findRow, queryableOn, type Queryable } from '../../postgres/queryable.ts'
import { listFaults, type FaultRow } from '../../postgres/read/faults.ts'
import { done, no, type Outcome } from '../outcome.ts'

/**
 * Takes up again what was set aside after a fault of ours: the thing itself, and everything in the run that it names. What waits
 * for it is tried at once; what fails again is set aside again. Refused when nothing is.
 */
export async function repairFault(
  write: Write,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<Outcome<readonly FaultRow[], 'wrong_state'>> {
  const db: Queryable = queryableOn(write.tx)
  const found = await listFaults(db, uuidOf(id))
  if (found.length === 0) return no('wrong_state', `Nothing of ${id} is set aside.`)
  await write.tx.query('UPDATE aggregates SET fault = NULL WHERE id = ANY ($1::uuid[])', [
    found.map(({ uuid }) => uuid),
  ])
  // The events of what was set aside are its reducer's; that somebody took it up again is said of the installation.
  const instance = await findRow<{ id: string }>(db, 'SELECT id FROM instance', [])
  await write.record({
    type: 'fault_repaired',
    subject: idOf('ins', instance?.id ?? ''),
    body: { of: id, reason, incidents: found.map(({ incident }) => incident) },
  })
  return done(found)
}
