// Which ordinary runs a person has to look at. Releases have their own list, with the same facts.

import { brokenRuns, waitingForOthers } from '@lockstep/client'
import type { RunSummary } from '@lockstep/contract'
import type * as z from 'zod/mini'

type RunLine = z.output<typeof RunSummary>
type Known = Pick<
  RunLine,
  'id' | 'address' | 'project' | 'name' | 'release' | 'parent' | 'state' | 'startedAt'
>

/** Runs that wait on somebody, the oldest first, then those that are broken, the newest first. What waits on me stands above already. */
export function listRunsInNeed<Line extends Known>(
  { newest, waiting }: { readonly newest: readonly Line[]; readonly waiting: readonly Line[] },
  onMe: ReadonlySet<string>,
): readonly Line[] {
  const isOrdinary = ({ release, parent }: Line): boolean => release === null && parent === null
  return [...waitingForOthers(waiting, onMe), ...brokenRuns(newest)].filter(isOrdinary)
}
