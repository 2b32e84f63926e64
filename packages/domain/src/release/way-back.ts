// The way back of a release: which applications go back to what in each of its stages, in which order, and what stays.

import { findLastGood, type Deployment } from './last-good.ts'

/** One deployment of an application to an environment; `ofRelease`: the release that is taken back has made it. */
export interface PastDeployment<Snapshot> extends Deployment<Snapshot> {
  readonly ofRelease: boolean
}

/** What the release did in one of its stages. */
export interface StageBefore<Snapshot> {
  readonly stage: string
  /** In the order in which the release deploys them. */
  readonly applications: readonly {
    readonly application: string
    /** Its deployments to the environment of the stage, oldest first. */
    readonly history: readonly PastDeployment<Snapshot>[]
    /** Where a person wants it to go; undefined: to what was there before the release. */
    readonly wanted: Snapshot | undefined
  }[]
}

/** One stage of the way back. */
export interface StageBack<Snapshot> {
  readonly stage: string
  readonly applications: readonly { readonly application: string; readonly to: Snapshot }[]
  /** Applications that the release brought where nothing had run before: they stay as they are. */
  readonly stay: readonly string[]
}

/**
 * The stages that the release has reached, the last one first: what people use goes back before what rehearses it. In each, the
 * applications in the reverse of the order in which they came, to the last good snapshot of the time before the release.
 */
export function planWayBack<Snapshot>(
  stages: readonly StageBefore<Snapshot>[],
): readonly StageBack<Snapshot>[] {
  return stages.toReversed().flatMap(({ stage, applications }) => {
    const touched = applications.filter(({ history }) => history.some(({ ofRelease }) => ofRelease))
    if (touched.length === 0) return []
    const back = touched.toReversed().map(({ application, history, wanted }) => ({
      application,
      to: wanted ?? findBefore(history),
    }))
    return [
      {
        stage,
        applications: back.flatMap(({ application, to }) =>
          to === undefined ? [] : [{ application, to }],
        ),
        stay: back.flatMap(({ application, to }) => (to === undefined ? [application] : [])),
      },
    ]
  })
}

/** The last good snapshot of the time before the release first came. */
function findBefore<Snapshot>(history: readonly PastDeployment<Snapshot>[]): Snapshot | undefined {
  const first = history.findIndex(({ ofRelease }) => ofRelease)
  const came = history[first]
  if (came === undefined) return undefined
  return findLastGood([...history.slice(0, first), { snapshot: came.snapshot, succeeded: true }])
}
