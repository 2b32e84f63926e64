// What a list may look into: the reach of the caller, narrowed to what was asked for.

import type { ProjectId, Reach } from '@lockstep/domain'

/** Projects to look into: those in reach, or of them the one that was asked for. What is out of reach is an empty list. */
export function projectsInReach(
  reach: Reach,
  wanted: ProjectId | undefined,
): 'all' | readonly ProjectId[] {
  if (reach.everywhere) return wanted === undefined ? 'all' : [wanted]
  return wanted === undefined ? reach.projects : reach.projects.filter((one) => one === wanted)
}
