// Where a roll back goes: the snapshot before the one that is to be left.

/** One deployment of an application to an environment, as it ended. */
export interface Deployment<Snapshot> {
  readonly snapshot: Snapshot
  readonly succeeded: boolean
}

/**
 * The last good snapshot of a history, oldest first. Going back takes everything above it out of the history: who goes back
 * twice goes back two, and a roll back that failed is tried again to the same snapshot. Undefined: there is none before.
 */
export function findLastGood<Snapshot>(
  history: readonly Deployment<Snapshot>[],
): Snapshot | undefined {
  const good: Snapshot[] = []
  for (const { snapshot, succeeded } of history) {
    if (!succeeded) continue
    const before = good.indexOf(snapshot)
    if (before === -1) good.push(snapshot)
    else good.splice(before + 1)
  }
  const tried = history.at(-1)
  const at = tried === undefined ? -1 : good.indexOf(tried.snapshot)
  if (at < good.length - 1 && at >= 0) return good[at]
  const [top] = good.slice(-1)
  return at === -1 || isWayBack(history, top) ? top : good.at(-2)
}

/** Whether the newest deployment has tried in vain to go back to the snapshot that was good last. */
function isWayBack<Snapshot>(
  history: readonly Deployment<Snapshot>[],
  top: Snapshot | undefined,
): boolean {
  const since = history.slice(history.findLastIndex(({ succeeded }) => succeeded) + 1)
  return since.some(({ snapshot }) => snapshot !== top)
}
