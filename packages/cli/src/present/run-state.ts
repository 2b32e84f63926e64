import type { Run } from '../documents.ts'

const ENDS: readonly string[] = ['succeeded', 'failed', 'errored', 'aborted', 'skipped']

/** Whether a run has ended; nothing will change any more. */
export function isOver(run: Pick<Run, 'state'>): boolean {
  return ENDS.includes(run.state)
}
