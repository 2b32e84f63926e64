import type { Job } from './find-step.ts'

/** How an attempt ended, where it gives no reason; one that was stopped has no code. */
export function endWords({
  state,
  exitCode,
  finishedAt,
}: Pick<Job, 'state' | 'exitCode' | 'finishedAt'>): string {
  if (exitCode !== null) return `with code ${exitCode}`
  return finishedAt === null ? 'not yet' : state.replaceAll('_', ' ')
}
