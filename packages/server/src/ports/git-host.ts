// A service that hosts repositories and shows the status of commits.

/** How a run of a commit stands. */
export type CommitState = 'pending' | 'success' | 'failure' | 'error'

export interface GitHost {
  /** Whether repositories of this address are there. */
  hosts(url: string): boolean
  /** Shows how the run of a commit stands. The same again changes nothing. */
  setStatus(status: {
    readonly url: string
    readonly commit: string
    readonly state: CommitState
    /** What the status is called: the address of the pipeline. */
    readonly context: string
    readonly description: string
  }): Promise<void>
}
