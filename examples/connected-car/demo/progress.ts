import type { Run } from './evidence.ts'

/** Where a run of a release is and what comes next, in sentences for whoever watches. */
export function progressOf({
  state,
  stages,
  next,
}: Pick<Run, 'state' | 'next'> & {
  readonly stages: readonly Pick<Run['stages'][number], 'title' | 'state'>[]
}): string {
  if (state === 'succeeded') return 'The release has succeeded.'
  const stage = stages.find((one) => !AROUND.has(one.state))
  return `${stage?.title ?? 'The release'} is under way. Next: ${next}`
}

/** States of stages that have not begun, or have ended well. */
const AROUND: ReadonlySet<Run['state']> = new Set(['pending', 'succeeded', 'skipped'])
