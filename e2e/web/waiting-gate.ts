// The gate that a run has come to, for tests of what people decide there.

import type { Client } from '@lockstep/client'
import type { RunId } from '@lockstep/domain'
import { until } from '../../packages/server/testing/until.ts'

/** As long as the tasks before it take on a machine under load. */
const WITHIN_MS = 180_000

interface WaitingGate {
  readonly id: Awaited<ReturnType<Client['showGate']>>['id']
  /** What a decision names, so that it counts for this and nothing else. */
  readonly covers: string
}

/** Waits until a run stands at a gate where somebody can decide. */
export async function getWaitingGate(client: Client, run: RunId): Promise<WaitingGate> {
  let waiting: WaitingGate | undefined
  await until(
    'a gate waits',
    async () => {
      const { items } = await client.listGates({ run })
      waiting = items.flatMap(({ id, state, covers }) =>
        state === 'waiting' && covers !== null ? [{ id, covers }] : [],
      )[0]
      return waiting !== undefined
    },
    WITHIN_MS,
  )
  if (waiting === undefined) throw new Error('a gate was found')
  return waiting
}
