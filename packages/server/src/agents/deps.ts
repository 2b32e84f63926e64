import type { AgentId, EnvironmentId, JobId } from '@lockstep/domain'
import type { AgentDatabase } from '../postgres/agents/agents.ts'
import type { Queryable } from '../postgres/queryable.ts'
import type { BlobStore } from '../ports/blobs.ts'
import type { JobClaims } from '../ports/job-claims.ts'
import type { ReactorPort } from '../ports/reactor.ts'

/** What a name means to a job. */
export type Revealed =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'missing' }
  /** It was changed where it is stored, or its key is not here. */
  | { readonly kind: 'unreadable' }

/** Gives the value of a secret to a job that may use it. */
export interface JobSecrets {
  reveal(place: {
    readonly project: number
    readonly environment: EnvironmentId | null
    readonly name: string
    /** The job works in a place: the secrets of the place's project count. */
    readonly isOfPlace: boolean
  }): Promise<Revealed>
}

/** What the server's side of the agent protocol stands on. */
export interface AgentDeps {
  readonly db: AgentDatabase
  /** For what nearly every request needs: statements whose plans do not change with the statistics. */
  readonly pinned: Queryable
  readonly claims: JobClaims
  readonly reactor: ReactorPort
  readonly blobs: BlobStore
  readonly secrets: JobSecrets
  /** Generation of this server's data; another one after a restore. */
  readonly instance: string
  /** Repositories in files of this machine may be used: for the demo and for one-machine installations. */
  readonly allowsFileRepositories: boolean
  /** Something happened that an administrator should know: a wrong signature, another agent's job. */
  onSuspicious(what: {
    readonly kind: string
    readonly agent: string
    readonly detail: string
  }): void
  /** An agent was about to begin a job that was given to it and is not its own any more, as after a crash of the database. */
  onClaimLost(what: { readonly agent: AgentId; readonly job: JobId }): void
  /** How long a poll is held at most; 20 to 25 s when absent. */
  readonly holdMs?: number
}
