// The thirty-four points of product.md, judged on what the demo has seen.

import type { Evidence } from './evidence.ts'
import * as gate from './points/gate.ts'
import * as inventory from './points/inventory.ts'
import * as model from './points/model.ts'
import * as pipeline from './points/pipeline.ts'
import { judge, type Judge, type Verdict } from './points/point.ts'
import * as product from './points/product.ts'
import * as release from './points/release.ts'
import * as snapshot from './points/snapshot.ts'
import * as team from './points/team.ts'
import * as visibility from './points/visibility.ts'

/** What each line of the table asserts. */
export const POINTS = {
  S1: pipeline.judgePipeline,
  S2: pipeline.judgeStages,
  S3: pipeline.judgeStagePlans,
  S4: pipeline.judgeTasks,
  S5: gate.judgeEntryGate,
  S6: gate.judgeExitGate,
  S7: gate.judgeMail,
  S8: gate.judgeApprovers,
  S9: gate.judgeQuality,
  S10: visibility.judgeOrchestration,
  S11: visibility.judgeVersionsInProcess,
  S12: visibility.judgeReadiness,
  S13: team.judgeIsolation,
  S14: model.judgeApplicationModel,
  S15: model.judgeProcesses,
  S16: model.judgeProcessGraph,
  S17: team.judgeTeamPipelines,
  S18: team.judgeTriggers,
  S19: team.judgeDeviceTests,
  S20: release.judgeConvergence,
  S21: release.judgePrecondition,
  S22: visibility.judgeRunTimeView,
  S23: snapshot.judgeSnapshots,
  S24: snapshot.judgeBytes,
  S25: release.judgeOrder,
  S26: inventory.judgeInventory,
  S27: inventory.judgePast,
  S28: product.judgeVehicle,
  S29: product.judgeDashboard,
  S30: product.judgePhone,
  S31: release.judgeUpdate,
  S32: product.judgeVehicleData,
  S33: snapshot.judgeRepeatability,
  S34: model.judgeUserInterface,
} as const satisfies Readonly<Record<string, Judge>>

/** A name of a point. */
export type PointName = keyof typeof POINTS

/** The verdict on every point, in order. */
export function judgePoints(evidence: Evidence): ReadonlyMap<PointName, Verdict> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.entries forgets the keys
  const entries = Object.entries(POINTS) as [PointName, Judge][]
  return new Map(entries.map(([name, point]) => [name, judge(point, evidence)]))
}
