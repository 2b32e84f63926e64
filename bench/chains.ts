// Runs many chains at once through a reactor, as fast as they go.

import { idOf } from '@lockstep/domain'
import { createIdBlocks } from '../packages/server/src/postgres/reactor/id-blocks.ts'
import type { Reactor } from '../packages/server/src/postgres/reactor/reactor.ts'
import type { ChainState } from './chain-machine.ts'

const newIds = createIdBlocks()

/** Keeps `atOnce` runs going for this long; answers committed transitions per second. */
export async function driveChains(
  reactor: Reactor,
  { atOnce, transitions, forMs }: { atOnce: number; transitions: number; forMs: number },
): Promise<number> {
  const began = performance.now()
  const isOver = (): boolean => performance.now() - began >= forMs
  const counts = await Promise.all(
    Array.from({ length: atOnce }, async (_, index) => {
      let count = 0
      while (!isOver()) count += await driveChain(reactor, 1 + (index % 4), transitions)
      return count
    }),
  )
  const total = counts.reduce((sum, count) => sum + count, 0)
  return (total * 1_000) / (performance.now() - began)
}

/** One run from its first event to its end: each transition closes the open job and opens the next. */
export async function driveChain(
  reactor: Reactor,
  project: number,
  transitions: number,
): Promise<number> {
  const id = idOf('run', newIds(reactor.now()))
  const created = { type: 'run_created', transitions }
  let answer = await reactor.create({ project, kind: 'pipeline_run', id }, created, 'rule')
  for (let count = 1; ; count += 1) {
    if (!answer.ok) throw new Error(`refused: ${answer.refusal}`)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the states of the chain machine
    const { job } = answer.state as ChainState
    if (job === null) return count
    const outcome = { status: 'succeeded', report: null } as const
    answer = await reactor.submit(answer.target, { type: 'job_finished', job }, 'agent:agt_bench', {
      owned: { job, fence: 0, while: 'ready', outcome },
    })
  }
}
