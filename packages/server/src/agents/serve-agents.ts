// What the server's side of the agents keeps in memory, and its connection to the write path. Nothing of it is needed for correctness.

import { LogFollowers } from './follow-log.ts'
import { HeldPolls } from './hold-polls.ts'
import type { AgentDeps } from './deps.ts'
import { TryLimit } from './try-limit.ts'

export interface ServedAgents extends AgentDeps, Disposable {
  readonly held: HeldPolls
  readonly random: () => number
  readonly followers: LogFollowers
  readonly tries: TryLimit
}

/** Wakes waiting agents when jobs become ready in their pools, spread over 50 ms so that they do not come all at once. */
export function serveAgents(deps: AgentDeps, random: () => number = Math.random): ServedAgents {
  const held = new HeldPolls()
  const timers = new Set<NodeJS.Timeout>()
  const stop = deps.reactor.onJobsReady((pools) => {
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        held.wake(pools)
      },
      random() * (held.size > SPREAD_FROM ? SPREAD_MS : 0),
    )
    timers.add(timer)
  })
  return {
    ...deps,
    random,
    held,
    followers: new LogFollowers(),
    tries: new TryLimit(() => deps.reactor.now()),
    [Symbol.dispose]() {
      stop()
      for (const timer of timers) clearTimeout(timer)
      held.wake(['*'])
    },
  }
}

const SPREAD_MS = 50
const SPREAD_FROM = 20
