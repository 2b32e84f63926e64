import type { AgentConfig } from '../config.ts'
import type { ServerCalls } from '../connection/server-calls.ts'
import type { Program } from './supervisor.ts'

/** What a job on this agent needs. */
export interface JobDeps {
  readonly config: AgentConfig
  readonly calls: ServerCalls
  readonly program: Program
  /** Aborts when the agent stops; jobs go on without it and are found again. */
  readonly stopping: AbortSignal
  readonly say: (sentence: string) => void
}
