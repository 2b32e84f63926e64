// What teams write their definitions with. No dependency, no effect: every helper returns plain data.

export { cel } from './condition.ts'
export type { Application, Environment, Pipeline } from './definition.ts'
export { application, pipeline } from './elsewhere.ts'
export { group, user, type Approver, type Group, type User } from './people.ts'
export { secret } from './secret.ts'
export {
  component,
  defineApplication,
  tier,
  type Component,
  type DeviceModule,
  type Provides,
  type Requires,
  type StoreApp,
  type Tier,
} from './application.ts'
export {
  artifact,
  command,
  componentStep,
  script,
  type Env,
  type HostProcesses,
  type Step,
  type Steps,
  type Task,
} from './process.ts'
export {
  defineEnvironment,
  fleet,
  freeze,
  hosts,
  store,
  tierMap,
  wave,
  window,
  type Freeze,
  type Target,
  type TierMap,
  type Wave,
  type Window,
} from './environment.ts'
export {
  allTasksPassed,
  approval,
  compatible,
  fleetVerified,
  healthy,
  http,
  inWindow,
  metric,
  passed,
  signed,
  tests,
  that,
  type Approval,
  type Check,
  type Rule,
  type Rules,
} from './gate.ts'
export {
  build,
  deploy,
  manual,
  notify,
  oneAfterAnother,
  prepare,
  rollback,
  runPipeline,
  runProcess,
  sideBySide,
  snapshot,
  test,
  wait,
  waitFor,
} from './task.ts'
export {
  after,
  commit,
  definePipeline,
  newArtifact,
  parameter,
  schedule,
  stage,
  tag,
  type Parameters,
  type Stage,
  type Trigger,
} from './pipeline.ts'
export { collect, defineRelease, type Collected, type Release } from './release.ts'
export type { Known, Tiers } from './known.ts'
export type { AtLeastOne, Cel, Duration, Kind, Ref, Secret, Share, Value } from './value.ts'
