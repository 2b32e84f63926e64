// Which ordinary runs a person has to look at. Releases have their own list, with the same facts.

import type { RunSummary } from '@lockstep/contract'
import type * as z from 'zod/mini'

type RunLine = z.output<typeof RunSummary>
type Known = Pick<RunLine, 'id' | 'project' | 'name' | 'release' | 'parent' | 'state'>

/**
 * Runs that wait on somebody, the oldest first, then those that failed, the newest first. What waits on me stands above
 * already; a failure is over as soon as the same is run again.
 */
export function listRunsInNeed<Line extends Known>(
  { newest, waiting }: { readonly newest: readonly Line[]; readonly waiting: readonly Line[] },
  onMe: ReadonlySet<string>,
): readonly Line[] {
  const isOrdinary = ({ release, parent }: Line): boolean => release === null && parent === null
  const last = [...Map.groupBy(newest, ({ project, name }) => `${project}/${name}`).values()]
  return [
    ...waiting.filter((run) => isOrdinary(run) && !onMe.has(run.id)).toReversed(),
    ...last.flatMap(([run]) =>
      run !== undefined && isOrdinary(run) && BROKEN.has(run.state) ? [run] : [],
    ),
  ]
}

const BROKEN: ReadonlySet<RunLine['state']> = new Set(['failed', 'errored', 'unknown'])
