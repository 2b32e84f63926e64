// The tasks of stages.

import { referenceTo, type Application, type Pipeline } from './definition.ts'
import type { Check, RuleGroup, Rules } from './gate.ts'
import type { Approver } from './people.ts'
import { placed } from './place.ts'
import type { Common, Env, Step, Task } from './process.ts'
import { present, typed, type AtLeastOne, type Duration, type Value } from './value.ts'

/** What work on an agent may say. */
export interface WorkSettings {
  /** The label of the agents that can do it. */
  agent?: string
  run: AtLeastOne<string>
  env?: Env
  /** Once for every combination of these values, given to the command as variables. */
  matrix?: Record<string, AtLeastOne<string>>
  /** Test reports, as a pattern of files in JUnit's form. */
  report?: string
  /** The repository to work in; without it, the one that the run comes from. */
  source?: { repository: string }
}

/** What tasks have in common with steps. */
export type TaskCommon = Omit<Common, 'needs' | 'runOn'>

/** Build artifacts for components of an application. */
export function build<C extends string>(
  // oxlint-disable-next-line typescript/no-explicit-any -- any tiers; only the components matter
  of: Application<string, any, C>,
  settings: TaskCommon &
    WorkSettings & {
      /** The file that holds the version. */
      version: string
      /** Component → file or folder that the build leaves. */
      artifacts: { [K in NoInfer<C>]?: string }
      sbom?: string
    },
): Task {
  const application = referenceTo(of)
  return typed(placed(present({ kind: 'build', application, ...settings }), build))
}

/** Run tests on an agent. */
export function test(name: string, settings: TaskCommon & WorkSettings): Task {
  return typed(placed(present({ kind: 'test', name, ...settings }), test))
}

/** Freeze what was built, with the processes that deploy it. */
export function snapshot(of: Application): Task {
  return typed(placed({ kind: 'snapshot', application: referenceTo(of) }, snapshot))
}

/** Deploy the run's own snapshot of the application in the stage's environment. */
export function deploy(
  of: Application,
  settings?: TaskCommon & {
    /** Deploy also what verifiably runs there already. */
    force?: boolean
    /** Why it is right to do what cannot be undone. */
    acceptIrreversible?: string
  },
): Task {
  const application = referenceTo(of)
  return typed(placed(present({ kind: 'deploy', application, ...settings }), deploy))
}

/** All of a deployment that nobody outside can see: store upload, review, then held; hosts fetch and verify. */
export function prepare(of: Application, settings?: TaskCommon): Task {
  const application = referenceTo(of)
  return typed(placed(present({ kind: 'prepare', application, ...settings }), prepare))
}

/** Something that a person does and then completes. */
export function manual(
  name: string,
  settings: { by: AtLeastOne<Approver>; instructions: string },
): Task {
  return typed(placed({ kind: 'manual', name, ...settings }, manual))
}

/** Run a process of the application. */
export function runProcess(of: Application, process: string, settings?: TaskCommon): Task {
  const application = referenceTo(of)
  return typed(
    placed(present({ kind: 'run_process', application, process, ...settings }), runProcess),
  )
}

/** Run another pipeline and wait for it. */
export function runPipeline(
  // oxlint-disable-next-line typescript/no-explicit-any -- any pipeline, whatever its stages
  of: Pipeline<any, any>,
  settings?: TaskCommon & { parameters?: Record<string, Value<string | number>> },
): Task {
  const pipeline = referenceTo(of)
  return typed(placed(present({ kind: 'run_pipeline', pipeline, ...settings }), runPipeline))
}

/** Go back to what ran before, or to the version in `to`. */
export function rollback(of: Application, settings?: TaskCommon & { to?: string }): Task {
  const application = referenceTo(of)
  return typed(placed(present({ kind: 'rollback', application, ...settings }), rollback))
}

/** Wait until a check holds. Also a step of a process. */
export function waitFor(check: Check): Task & Step<string, never, never> {
  return typed(placed({ kind: 'wait_for', check }, waitFor))
}

/** Wait for a time, or until one. Also a step of a process. */
export function wait(
  name: string,
  settings: { for: Value<Duration>; until?: never } | { until: string; for?: never },
): Task & Step<string, never, never> {
  return typed(placed({ kind: 'wait', name, ...settings }, wait))
}

/** Send a message to people or mail addresses. */
export function notify(
  name: string,
  settings: { to: AtLeastOne<Approver | string>; text: string },
): Task {
  return typed(placed({ kind: 'notify', name, ...settings }, notify))
}

/** Tasks one after another: a list inside a group. */
export function oneAfterAnother(name: string, tasks: readonly Task[]): Task {
  return typed(placed({ kind: 'one_after_another', name, tasks }, oneAfterAnother))
}

/** Tasks, or rules of a gate, side by side. */
export function sideBySide(name: string, tasks: readonly Task[]): Task
export function sideBySide(rules: Rules): RuleGroup
export function sideBySide(first: string | Rules, tasks?: readonly Task[]): Task | RuleGroup {
  if (typeof first === 'string') {
    return typed<Task>(placed({ kind: 'side_by_side', name: first, tasks }, sideBySide))
  }
  return typed<RuleGroup>(placed({ kind: 'side_by_side', rules: first }, sideBySide))
}
