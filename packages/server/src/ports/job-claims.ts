// How agents take work. Small statements of their own, each for many agents; they touch no aggregate.

import type { AgentId, Digest, EnvironmentId, Instant, JobId } from '@lockstep/domain'
import type { Target } from './reactor.ts'

export interface ClaimRequest {
  readonly agent: AgentId
  /** The agent's own pool and those of its labels. */
  readonly pools: readonly string[]
  /** At most this many jobs in the answer, those offered again included. */
  readonly limit: number
  readonly leaseMs: number
  /** Jobs of these environments may be claimed: the agent is assigned to them now. Jobs without environment need `projects`. */
  readonly environments: readonly EnvironmentId[]
  /** Numbers of the projects whose build and test work the agent may do. */
  readonly projects: readonly number[]
  /** Jobs that the agent's message says it has: not offered again. */
  readonly running: readonly JobId[]
  /**
   * What is known of the agent may be old: a job is given only if the agent is still assigned to it, and neither revoked nor
   * draining.
   */
  readonly isOld?: boolean
}

/** A job that is leased to the agent that asked. */
export interface ClaimedJob {
  readonly owner: Target
  readonly id: JobId
  readonly fence: number
  /** True when it was leased to this agent before and not started, as far as the server knows. */
  readonly again: boolean
  readonly plan: Digest
  readonly step: string
  readonly link: number
  readonly target: number
  readonly attempt: number
  readonly environment: EnvironmentId | null
  readonly lockToken: number | null
  readonly leaseUntil: Instant
  readonly deadline: Instant
}

export interface HeldJob {
  readonly job: JobId
  readonly fence: number
}

/** What became of a job that an agent says it has. */
export type HeldAnswer =
  | {
      readonly job: JobId
      readonly held: true
      readonly cancel: { readonly graceMs: number } | null
    }
  /** Another fence, closed, or unknown: it is not this agent's any more. */
  | {
      readonly job: JobId
      readonly held: false
      readonly status: string
      /** It was to be stopped when contact was lost. */
      readonly cancel: { readonly graceMs: number } | null
    }

export interface JobClaims {
  /**
   * For each of these agents: first offers again what is leased to it and neither started nor listed as running, then
   * claims ready jobs in order, each for the first that asks and may have it. A new claim takes the guards of root and owner
   * and needs both open (`always` jobs: the owner's), so nothing of a run is handed out after its abort was acknowledged.
   */
  claim(requests: readonly ClaimRequest[]): Promise<readonly (readonly ClaimedJob[])[]>
  /** Notes that the work began. False when the fence is not the current one. */
  start(agent: AgentId, job: HeldJob): Promise<boolean>
  /** Renews the leases of what the agent says it runs, and says what it must stop. */
  renew(agent: AgentId, jobs: readonly HeldJob[], leaseMs: number): Promise<readonly HeldAnswer[]>
}
