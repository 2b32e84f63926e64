// What a run brings that was not there before: the runs of the team's pipeline since the version that is replaced.

import { shortName } from '../../lib/address.ts'
import type { Run } from '../../lib/runs.ts'

/** A run of a team's pipeline in a line, as lists have it. */
export interface TeamRun {
  readonly number: number
  readonly brings: readonly { readonly application: string; readonly version: string | null }[]
}

/** From which version to which an application goes in the place where the run takes it last. */
export function changeOf(
  run: Pick<Run, 'stages'>,
  brought: Run['brings'][number],
): { readonly from: string | null; readonly to: string | null; readonly where: string | null } {
  const last = run.stages
    .flatMap((stage) => stage.tasks.map((task) => ({ task, stage })))
    .findLast(
      ({ task }) =>
        task.to !== null &&
        task.application !== null &&
        shortName(task.application) === shortName(brought.application),
    )
  return {
    from: last?.task.from ?? null,
    to: last?.task.to ?? brought.version,
    where: last?.stage.title ?? null,
  }
}

/**
 * The runs, newest first, from the one that made what is brought back to the one that made what is replaced, which is not among
 * them. Where that is not known any more, only the first is certain.
 */
export function runsSince<One extends TeamRun>(
  runs: readonly One[],
  { application, passed, from }: { application: string; passed: number; from: string | null },
): readonly One[] {
  const upTo = runs.filter(({ number }) => number <= passed).toSorted((a, b) => b.number - a.number)
  const made = (run: TeamRun): string | null =>
    run.brings.find((one) => shortName(one.application) === shortName(application))?.version ?? null
  const before = from === null ? -1 : upTo.findIndex((run) => made(run) === from)
  if (before >= 0) return upTo.slice(0, before)
  return from === null ? upTo : upTo.slice(0, 1)
}
