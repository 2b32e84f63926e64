// What was set aside after a fault: seen, and taken up again.

import { answer, type Fault, type faultRoutes } from '@lockstep/contract'
import { idOfKind } from '@lockstep/domain'
import type * as z from 'zod/mini'

import type { Queryable } from '../../postgres/queryable.ts'
import { listFaults, type FaultRow } from '../../postgres/read/faults.ts'
import { repairFault } from '../../usecases/run/repair-fault.ts'
import { timestampOf } from '../present.ts'
import type { ServerHandlers } from '../request-context.ts'

export function faultHandlers({
  db,
}: {
  readonly db: Queryable
}): ServerHandlers<typeof faultRoutes> {
  return {
    async listFaults() {
      return answer({ items: (await listFaults(db)).map(present) })
    },
    async repairFault({ params, body }, { inTransaction }) {
      return inTransaction(async (write) => {
        const { reason = '' } = body
        const repaired = await repairFault(write, { id: params.fault, reason })
        return repaired.ok ? answer({ repaired: repaired.value.map(present) }) : repaired
      })
    },
  }
}

function present({
  uuid,
  kind,
  incident,
  project,
  run,
  messages,
  since,
}: FaultRow): z.output<typeof Fault> {
  const id = idOfKind(kind, uuid)
  return { id, kind, incident, project, run, messages, since: timestampOf(since.getTime()) }
}
