// What the server's side of the agents keeps in memory, and its connection to the write path. Nothing of it is needed for correctness.

import type { AgentDeps } from './deps.ts'
import { LogFollowers } from './follow-log.ts'
import type { HeldPolls } from './hold-polls.ts'
import { createAgentLookups } from './lookups.ts'
import type { AgentLookups } from './lookups.ts'
import { PublicKeys } from './public-keys.ts'
import { TryLimit } from './try-limit.ts'
import { AgentWaker } from './wake-agents.ts'

export interface ServedAgents extends AgentDeps, Disposable {
  readonly held: HeldPolls
  readonly random: () => number
  readonly followers: LogFollowers
  readonly tries: TryLimit
  readonly lookups: AgentLookups
  readonly keys: PublicKeys
  /** Aborts when no polls are taken any more. */
  readonly stopped: AbortSignal
}

/** Gives waiting agents what becomes ready in their pools. */
export function serveAgents(deps: AgentDeps, random: () => number = Math.random): ServedAgents {
  const waker = new AgentWaker(deps.pinned, deps.claims, random)
  const stop = deps.reactor.onJobsReady((pools) => {
    if (!pools.includes('*')) return waker.nudge(pools)
    waker.nudge()
    waker.wakeAll()
  })
  return {
    ...deps,
    random,
    held: waker.held,
    stopped: waker.stopped,
    followers: new LogFollowers(),
    tries: new TryLimit(() => deps.reactor.now()),
    lookups: createAgentLookups(deps.pinned),
    keys: new PublicKeys(),
    [Symbol.dispose]() {
      stop()
      waker[Symbol.dispose]()
    },
  }
}
