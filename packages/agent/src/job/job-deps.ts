import type { PollAnswer, PollRequest } from '@lockstep/contract/agent'
import type { AgentConfig } from '../config.ts'
import type { ServerCalls } from '../connection/server-calls.ts'
import type { JobFolder } from '../journal/job-folder.ts'
import type { Program } from './supervisor.ts'

/** What a job on this agent needs. */
export interface JobDeps {
  readonly config: AgentConfig
  readonly calls: ServerCalls
  readonly program: Program
  /** Aborts when the agent stops; jobs go on without it and are found again. */
  readonly stopping: AbortSignal
  readonly say: (sentence: string) => void
  /** What to ask the server for together with the end of this job; undefined when nothing new is wanted. */
  readonly askNext: (ended: JobFolder) => PollRequest | undefined
  /** Does what the server has answered. */
  readonly follow: (answer: PollAnswer) => Promise<void>
}
