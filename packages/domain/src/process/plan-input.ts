// What planning a process reads: the definitions in the words of the domain, with nothing left to resolve but where and what.

import type { InventoryRow } from '../environment/inventory.ts'
import type { AgentId, EnvironmentId } from '../kernel/id.ts'
import type { JsonValue } from '../kernel/json.ts'
import type { Digest, EnvValue, HealthPlan, OnError, OnLost, Work } from './process-plan.ts'

/** Which resources of its tier a step works on: each, only one, or each with so many at once. */
export type RunOn = 'every' | 'one' | { readonly atOnce: number }

/** The work of a component's step as written: the artifact is still the component's, whatever its version. */
export type StepWork =
  | Exclude<Work, { readonly kind: 'artifact' | 'source_command' }>
  | { readonly kind: 'artifact'; readonly into: string }
  /** A kind of step that is not carried out on hosts; `what` names it for the refusal. */
  | { readonly kind: 'other'; readonly what: string }

/** One step of a component's process. */
export interface ComponentStep {
  /** In words, unique in the process. */
  readonly name: string
  readonly work: StepWork
  /** Names of the steps before it; all defaults are applied already. */
  readonly needs: readonly string[]
  readonly when: string | null
  readonly always: boolean
  readonly timeoutMs: number
  readonly noOutputMs: number | null
  readonly onError: OnError
  readonly onLost: OnLost
  readonly runOn: RunOn
}

/** One step of an application's process: a process of one component, where the tier map puts it. */
export interface ApplicationStep {
  readonly name: string
  /** null: a kind of step that an application process cannot have; `process` names it for the refusal. */
  readonly component: string | null
  readonly process: string
  readonly needs: readonly string[]
  readonly when: string | null
  readonly always: boolean
  /** Holds for the steps of the component that do not say otherwise. */
  readonly onError: OnError
  readonly onLost: OnLost
  readonly runOn: RunOn
}

export interface ComponentInput {
  readonly name: string
  /** Its processes on hosts; null: it cannot be put on hosts. */
  readonly processes: Readonly<Record<string, readonly ComponentStep[]>> | null
}

export interface EnvironmentTierInput {
  readonly name: string
  readonly kind: 'hosts' | 'fleet' | 'store'
  /** How it is filled, in words: `label eu-prod-edge`, `agents qa-db-1`. */
  readonly filledBy: string
  readonly resources: readonly { readonly id: AgentId; readonly name: string }[]
  readonly atOnce: number
  readonly stopAfter: number
  readonly healthy: HealthPlan | null
}

export interface PlanProcessInput {
  readonly application: {
    readonly project: string
    readonly name: string
    /** In the order written: it is the order in which they are deployed. */
    readonly tiers: readonly {
      readonly name: string
      readonly components: readonly ComponentInput[]
    }[]
    /** Without a `deploy` of its own, an application deploys tier by tier; `undeploy` is the reverse. */
    readonly processes: Readonly<Record<string, readonly ApplicationStep[]>>
  }
  readonly process: string
  readonly environment: {
    readonly id: EnvironmentId
    readonly project: string
    readonly name: string
    readonly tiers: readonly EnvironmentTierInput[]
  }
  /** Application tier → environment tier. */
  readonly tierMap: Readonly<Record<string, string>>
  /** What is to be run; null for processes that place nothing. */
  readonly snapshot: {
    readonly digest: Digest
    readonly version: string
    readonly components: Readonly<
      Record<
        string,
        { readonly version: string; readonly digest: Digest; readonly sizeBytes: number }
      >
    >
  } | null
  /** Rows of this application in this environment; others are passed over. */
  readonly inventory: readonly InventoryRow[]
  /** Of the environment, secrets by name among them. */
  readonly variables: Readonly<Record<string, EnvValue>>
  /** Of the run; they win over variables of the same name. */
  readonly parameters: Readonly<Record<string, JsonValue>>
  /** The version of the snapshot that the environment has now, as far as it is known. */
  readonly from: string | null
  /** Also where it runs already. */
  readonly force: boolean
}

export const PLAN_REFUSALS = [
  'process_unknown',
  'step_unsupported',
  'component_unknown',
  'component_has_no_process',
  'component_missing',
  'tier_unmapped',
  'tier_unknown',
  'place_unsupported',
  'no_resources',
  'name_twice',
  'need_unknown',
  'cycle',
  'too_many_steps',
  'too_many_links',
  'too_many_targets',
] as const
export type PlanRefusal = (typeof PLAN_REFUSALS)[number]
