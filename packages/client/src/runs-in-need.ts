// Which runs a person has to look at: decided once, for the page and for the commands.

import type { Client } from './client.ts'

type RunLine = Awaited<ReturnType<Client['listRuns']>>['items'][number]

const BROKEN: ReadonlySet<RunLine['state']> = new Set(['failed', 'errored', 'unknown'])

/** Of runs that wait, those that do not wait for me, the oldest first. `mine` has ids or addresses of runs. */
export function waitingForOthers<Line extends Pick<RunLine, 'id' | 'address' | 'startedAt'>>(
  waiting: readonly Line[],
  mine: ReadonlySet<string>,
): readonly Line[] {
  return waiting
    .filter(({ id, address }) => !mine.has(id) && !mine.has(address))
    .toSorted((one, other) => Date.parse(one.startedAt) - Date.parse(other.startedAt))
}

/** Of the newest runs, newest first, those that are broken; a failure is over as soon as the same is run again. */
export function brokenRuns<Line extends Pick<RunLine, 'project' | 'name' | 'state'>>(
  newest: readonly Line[],
): readonly Line[] {
  const last = Map.groupBy(newest, ({ project, name }) => `${project}/${name}`).values()
  return [...last].flatMap(([run]) => (run !== undefined && BROKEN.has(run.state) ? [run] : []))
}
