// The plan of a run: every stage, gate and task with everything resolved that can be known before it starts.

import type { EnvironmentId, UserId, GroupId } from '../kernel/id.ts'
import type { Instant } from '../kernel/instant.ts'
import type { Digest, OnError, OnLost, ProcessPlan, StepPlan } from '../process/process-plan.ts'

/** A person or group that may decide, by id and by the name that people read. */
export type ApproverRef =
  | { readonly kind: 'group'; readonly id: GroupId; readonly name: string }
  | { readonly kind: 'user'; readonly id: UserId; readonly name: string }

/** An automatic condition of a gate, or of a `check` task. */
export type CheckPlan =
  | { readonly kind: 'all_tasks_passed' }
  | {
      readonly kind: 'tests'
      /** At least this share of all tests of the stage passed, in per cent. */
      readonly passRatePercent: number | null
      readonly noNewFailures: boolean
      readonly suite: string | null
    }
  | { readonly kind: 'signed'; readonly sbom: boolean }
  | { readonly kind: 'compatible' }
  | { readonly kind: 'healthy' }
  | {
      readonly kind: 'metric'
      readonly source:
        | { readonly kind: 'promql'; readonly query: string }
        | { readonly kind: 'json'; readonly url: string; readonly field: string }
      readonly limit: { readonly below: number } | { readonly above: number }
      readonly forMs: number
    }
  | { readonly kind: 'http'; readonly url: string; readonly status: number }
  | { readonly kind: 'in_window'; readonly window: string }
  | { readonly kind: 'passed'; readonly project: string; readonly pipeline: string }
  | { readonly kind: 'condition'; readonly cel: string }

/**
 * One rule of a gate. Rules are judged when all rules in `after` hold: a list is a chain,
 * a group side by side shares its predecessors.
 */
export type RulePlan = {
  /** Name in words; its address is the same in lower case with hyphens. */
  readonly name: string
  readonly after: readonly number[]
} & (
  | {
      readonly kind: 'check'
      readonly check: CheckPlan
      /** How long it may take to hold; null: as long as it takes. */
      readonly withinMs: number | null
      readonly everyMs: number
    }
  | {
      readonly kind: 'approval'
      /** Any `need` different people of these, or one from each group. */
      readonly by: readonly ApproverRef[]
      readonly need: number
      readonly oneFromEach: boolean
      readonly expiresMs: number
      readonly onReject: 'wait' | 'continue'
    }
)

/** A gate: its rules in order. No rules: it passes, and is still shown. */
export interface GatePlan {
  readonly rules: readonly RulePlan[]
  /** Self-approval allowed by the environment. Shown where it counts. */
  readonly allowSelfApproval: boolean
}

/** What a task does. */
export type TaskWork =
  /** Build, test or command on agents: one step run. */
  | {
      readonly kind: 'work'
      readonly purpose: 'build' | 'test' | 'command'
      readonly application: { readonly project: string; readonly name: string } | null
      readonly step: StepPlan
    }
  | {
      readonly kind: 'snapshot'
      readonly application: { readonly project: string; readonly name: string }
    }
  /** Run a process of an application in the stage's environment: deploy, undeploy, roll back, migrate. */
  | {
      readonly kind: 'process'
      readonly process: string
      readonly application: { readonly project: string; readonly name: string }
      /** Set when the snapshot is known before the run (releases, roll back); null: the run's own snapshot. */
      readonly snapshot: Digest | null
      /** Digest of the process plan made with this run plan; the same must come out when the task begins. null: planned then. */
      readonly plan: Digest | null
      readonly force: boolean
      readonly acceptIrreversible: string | null
    }
  | {
      readonly kind: 'pipeline'
      readonly plan: Digest
      readonly pipeline: string
      /** The environments that it changes, also through pipelines that it runs itself; absent: none. */
      readonly environments?: readonly EnvironmentId[]
    }
  | {
      readonly kind: 'manual'
      readonly by: readonly ApproverRef[]
      readonly instructions: string
    }
  | {
      readonly kind: 'check'
      readonly check: CheckPlan
      readonly withinMs: number | null
      readonly everyMs: number
    }
  | { readonly kind: 'wait'; readonly forMs: number | null; readonly until: number | null }
  | {
      readonly kind: 'notify'
      readonly to: readonly (ApproverRef | { readonly kind: 'address'; readonly address: string })[]
      readonly text: string
    }

/** One task of a stage. Begins when all tasks in `after` are done: a list is a chain, a group shares its predecessors. */
export interface TaskPlan {
  /** Address inside the stage: lower-case words with hyphens. */
  readonly key: string
  readonly title: string
  /** Titles of the groups around it, outermost first. */
  readonly groups: readonly string[]
  readonly after: readonly number[]
  readonly when: string | null
  readonly always: boolean
  readonly timeoutMs: number | null
  readonly onError: OnError
  readonly onLost: OnLost
  readonly work: TaskWork
}

/** One stage: entry gate, tasks, exit gate, and the environment it works in. */
export interface StagePlan {
  readonly name: string
  readonly title: string
  readonly environment: {
    readonly id: EnvironmentId
    readonly project: string
    readonly name: string
    readonly title: string
  } | null
  readonly when: string | null
  readonly entry: GatePlan
  readonly tasks: readonly TaskPlan[]
  readonly exit: GatePlan
  readonly holdThroughExitGate: boolean
  /** Not before this moment (planned date of a release, change window); null: at once. */
  readonly notBefore: number | null
}

/** A definition that the plan used, as it was. */
export interface UsedDefinition {
  readonly kind: 'application' | 'environment' | 'pipeline' | 'release'
  readonly project: string
  readonly name: string
  readonly revision: number
  readonly digest: Digest
  /** Who made this revision: excluded from approving what it lets through. */
  readonly editor: string
}

/** What a run delivers of one application; `snapshot` is null while a team pipeline has still to make it. */
export interface Brings {
  readonly application: { readonly project: string; readonly name: string }
  readonly snapshot: Digest | null
  readonly version: string | null
  /** Where the snapshot passed before: address of the team pipeline's run. */
  readonly passed: string | null
}

/** The plan of a pipeline run. */
export interface RunPlan {
  readonly v: 1
  readonly kind: 'run'
  readonly pipeline: { readonly project: string; readonly name: string; readonly title: string }
  readonly release: {
    readonly project: string
    readonly name: string
    readonly title: string
  } | null
  readonly definitions: readonly UsedDefinition[]
  readonly parameters: Readonly<Record<string, string>>
  /** The commit that started it; null for releases and runs without source. */
  readonly source: {
    readonly repository: string
    readonly url: string
    readonly branch: string
    readonly commit: string
  } | null
  readonly brings: readonly Brings[]
  readonly stages: readonly StagePlan[]
  /** `end`: a failure ends the run (trigger runs); `wait`: it waits for a person. */
  readonly onFailure: 'wait' | 'end'
  readonly waitForPersonMs: number | null
  readonly timeoutMs: number | null
  /** It takes back what a release has done: its success lets nothing go further. */
  readonly isWayBack?: true
  /** It brings back what was wanted in one environment: its success lets nothing go further either. */
  readonly isPutBack?: true
  /** Nothing of it begins before this moment; absent: at once. */
  readonly startsAt?: Instant
}

/** Either plan: what a step run reads its step from. */
export type Plan = RunPlan | ProcessPlan

/** Whether who follows the pipeline follows a success of this: what it did was new. */
export function goesForward({ isWayBack, isPutBack }: RunPlan): boolean {
  return isWayBack !== true && isPutBack !== true
}

/** Whether a task may only run while its stage holds the environment. */
export function touchesEnvironment(task: TaskPlan): boolean {
  return task.work.kind === 'process'
}

/** The environments that runs of this plan change, also through pipelines that they run. */
export function environmentsChanged({ stages }: Pick<RunPlan, 'stages'>): readonly EnvironmentId[] {
  const changed = stages.flatMap(({ environment, tasks }) => [
    ...(environment !== null && tasks.some(touchesEnvironment) ? [environment.id] : []),
    ...tasks.flatMap(({ work }) => (work.kind === 'pipeline' ? (work.environments ?? []) : [])),
  ])
  return [...new Set(changed)].toSorted()
}

export const STAGES_MAX = 100
export const TASKS_MAX = 200
/** Environments that one stage holds together: its own, and those of the pipelines that it runs. */
export const STAGE_ENVIRONMENTS_MAX = 20
export const RULES_MAX = 50
export const APPROVERS_MAX = 100
