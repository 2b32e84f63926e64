// The plan of a process: what is done where, in which order, from which version to which. It leaves nothing to choose.
// A plan is immutable, named by the SHA-256 of its canonical text, shown before it runs, and carried out as it is.

import type { AgentId, EnvironmentId } from '../kernel/id.ts'

/** `sha256:` and 64 hexadecimal digits. */
export type Digest = `sha256:${string}`

/** What happens when a step fails. `retry` counts further attempts, each `everyMs` after the one before ended. */
export type OnError =
  | { readonly action: 'stop' | 'continue' | 'ask' }
  | { readonly action: 'retry'; readonly times: number; readonly everyMs: number }

/** What happens when contact is lost for good: ask a person, or run it again because the step says that it may be repeated. */
export type OnLost = 'ask' | 'retry'

/** A value for a command's environment: known when planning, or a secret that only the agent is given. */
export type EnvValue = string | { readonly secret: string }

/** Exact bits: a file set by digest. */
export interface ArtifactRef {
  readonly component: string
  readonly version: string
  readonly digest: Digest
  readonly sizeBytes: number
}

/** What an agent is asked to do in one job. Argument lists and fixed script text; parameters come through `env` and standard input. */
export type Work =
  | {
      readonly kind: 'command'
      readonly argv: readonly string[]
      readonly env: Readonly<Record<string, EnvValue>>
    }
  | {
      readonly kind: 'script'
      readonly text: string
      readonly env: Readonly<Record<string, EnvValue>>
    }
  /** Fetch by digest, verify, unpack, and switch `into` to it in one rename. Repeatable by nature. */
  | { readonly kind: 'artifact'; readonly artifact: ArtifactRef; readonly into: string }
  /** Poll an address on the host until it answers with this status or `withinMs` is over. */
  | {
      readonly kind: 'http_check'
      readonly url: string
      readonly status: number
      readonly withinMs: number
      readonly everyMs: number
    }
  /** Check out one commit and run a command in it; take files out as artifacts and test reports as results. */
  | {
      readonly kind: 'source_command'
      readonly purpose: 'build' | 'test' | 'command'
      readonly source: {
        readonly repository: string
        readonly url: string
        readonly commit: string
      } | null
      readonly argv: readonly string[]
      readonly env: Readonly<Record<string, EnvValue>>
      /** File in the work folder that holds the version; builds only. */
      readonly versionFile: string | null
      /** Component name → file in the work folder; builds only. */
      readonly artifacts: Readonly<Record<string, string>>
      readonly reports: string | null
      readonly sbom: string | null
    }

/** One link of a step's chain: what is done on each target, one link after another. */
export interface LinkPlan {
  /** Name in words; unique in the step. */
  readonly name: string
  readonly work: Work
  readonly timeoutMs: number
  readonly noOutputMs: number | null
  readonly onError: OnError
  readonly onLost: OnLost
}

/** One resource that a step works on: an agent by id, or any agent with a label (build and test work). */
export interface TargetPlan {
  readonly pool: `agent:${AgentId}` | `label:${string}`
  /** Name of the resource as people know it; for label pools the label, or the matrix cell. */
  readonly resource: string
  /** Values of the matrix for this target, given to the command as environment variables. */
  readonly matrix: Readonly<Record<string, string>>
  /** `skip`: it verifiably runs what is wanted; the reason is shown. */
  readonly action: 'run' | 'skip'
  readonly reason: string | null
  /** What the plan saw on this resource, and what it will run. The agent refuses to act when it finds something else. */
  readonly from: { readonly version: string; readonly digest: Digest } | null
  readonly to: { readonly version: string; readonly digest: Digest } | null
  /**
   * Key of a later step that completes this resource: only that one may call it verified, so that a process which
   * ends in between leaves nothing that a later plan would take for done. Absent: this step completes it.
   */
  readonly completedBy?: string
}

/** Asked between batches: every resource of the batch must answer before the next is touched. */
export interface HealthPlan {
  readonly url: string
  readonly status: number
  readonly withinMs: number
}

/** A chain of links over targets, `atOnce` targets side by side. Carried out by one step run. */
export interface StepPlan {
  /** Address inside the process or stage: lower-case words with hyphens. */
  readonly key: string
  readonly title: string
  /** What kind of process the step belongs to, for a component: deploy, undeploy, …; null for build and test work. */
  readonly component: string | null
  readonly process: string | null
  /** The tier of the environment whose resources are the targets; absent for build and test work. */
  readonly tier?: string
  /** Keys of the steps that must be done before. */
  readonly needs: readonly string[]
  /** CEL text, judged when the step could begin; null: always. */
  readonly when: string | null
  /** Runs even when the process fails or is aborted. */
  readonly always: boolean
  /** For `stop` a failed step fails the process; `continue` goes on. */
  readonly onError: 'stop' | 'continue' | 'ask'
  readonly atOnce: number
  /** The step stops opening targets after this many have failed. */
  readonly stopAfter: number
  readonly health: HealthPlan | null
  /** What the targets run afterwards (artifact of the component), null for steps that place nothing. */
  readonly installs: ArtifactRef | null
  /** `undeploy`: the component is gone afterwards. */
  readonly removes: boolean
  readonly links: readonly LinkPlan[]
  readonly targets: readonly TargetPlan[]
}

/** The plan of one application process in one environment. */
export interface ProcessPlan {
  readonly v: 1
  readonly kind: 'process'
  readonly process: string
  readonly application: { readonly project: string; readonly name: string }
  readonly environment: {
    readonly id: EnvironmentId
    readonly project: string
    readonly name: string
  } | null
  readonly snapshot: { readonly digest: Digest; readonly version: string } | null
  readonly from: string | null
  readonly force: boolean
  /** What every command of the process is given in its environment, by upper-case name; a step's own `env` wins. */
  readonly variables?: Readonly<Record<string, EnvValue>>
  readonly steps: readonly StepPlan[]
}

export const STEPS_MAX = 200
export const TARGETS_MAX = 10_000
export const LINKS_MAX = 50
