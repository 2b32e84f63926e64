// The ten states of everything that runs (product.md section 2). One list: schemas, constraints and screens derive from it.

export const RUN_STATUSES = [
  'pending',
  'ready',
  'running',
  'waiting',
  'succeeded',
  'failed', // ran, and the answer is no
  'errored', // could not be run
  'aborted', // a person or a rule stopped it
  'skipped',
  'unknown', // contact was lost; nobody can prove what happened
] as const

export type RunStatus = (typeof RUN_STATUSES)[number]

/** How something that ran has ended. */
export const OUTCOMES = ['succeeded', 'failed', 'errored', 'aborted', 'skipped'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Terminal states never change; `unknown` is not terminal, it is left by evidence or by a person. */
export function isTerminalStatus(status: RunStatus): status is Outcome {
  return (OUTCOMES as readonly string[]).includes(status)
}

/** What something waits on. Shown as it is: "it says which". */
export const WAITS_ON = ['person', 'time', 'lock', 'agent', 'child', 'check'] as const
export type WaitsOn = (typeof WAITS_ON)[number]

/** Whom or what a thing waits for, since when, and until when if that is known. */
export interface Waits {
  readonly on: WaitsOn
  readonly what: string
  readonly since: number
  readonly until?: number
}
