// What a run brings that was not there before: the runs of the team's pipeline since the version that is replaced.

import { shortName } from '../../lib/address.ts'
import type { Run } from '../../lib/runs.ts'

/** A run of a team's pipeline in a line, as lists have it. */
export interface TeamRun {
  readonly number: number
  readonly source: { readonly repository: string; readonly commit: string } | null
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

/** Address of the run whose commits tell what is new: where it passed before, or this run, when a commit has started it. */
export function madeBy(
  run: Pick<Run, 'address' | 'parent' | 'source'>,
  { passed }: Pick<Run['brings'][number], 'passed'>,
): string | null {
  if (passed !== null) return passed
  return run.source !== null && run.parent === null ? run.address : null
}

/**
 * The runs, newest first, from the one that made what is brought back to the one that made what is replaced, which is not among
 * them. Where that is not known any more, only the first is certain.
 */
export function runsSince<One extends TeamRun>(
  runs: readonly One[],
  { application, passed, from }: { application: string; passed: number; from: string | null },
): readonly One[] {
  const { upTo, before } = findBetween(runs, { application, passed, from })
  if (before >= 0) return upTo.slice(0, before)
  return from === null ? upTo : upTo.slice(0, 1)
}

export interface CommitRange {
  readonly repository: string
  readonly to: string
  /** What is replaced was made from it; undefined: nothing is replaced, or that is not known any more. */
  readonly since: string | undefined
  /** False: something is replaced, and nobody knows what it was made from. Then only the newest commit is certainly new. */
  readonly isKnown: boolean
}

/** From which commit to which the team went; null where no run from a repository made what is brought. */
export function commitRange(
  runs: readonly TeamRun[],
  brought: { readonly application: string; readonly passed: number; readonly from: string | null },
): CommitRange | null {
  const { upTo, before } = findBetween(runs, brought)
  const to = upTo[0]?.source
  const since = upTo[before]?.source
  if (to === null || to === undefined) return null
  return {
    repository: to.repository,
    to: to.commit,
    since: since?.repository === to.repository ? since.commit : undefined,
    isKnown: brought.from === null || since?.repository === to.repository,
  }
}

/** The runs up to the one that made what is brought, newest first, and where among them is the one that made what is replaced. */
function findBetween<One extends TeamRun>(
  runs: readonly One[],
  { application, passed, from }: { application: string; passed: number; from: string | null },
): { readonly upTo: readonly One[]; readonly before: number } {
  const upTo = runs.filter(({ number }) => number <= passed).toSorted((a, b) => b.number - a.number)
  const made = (run: TeamRun): string | null =>
    run.brings.find((one) => shortName(one.application) === shortName(application))?.version ?? null
  return { upTo, before: from === null ? -1 : upTo.findIndex((run) => made(run) === from) }
}

/** The line of a message that says what it is. */
export function subjectOf(message: string): string {
  return message.split('\n', 1)[0] ?? ''
}

/** Words that look like a ticket of a tracker and are none. */
const NO_TICKETS: readonly string[] = ['AES', 'CVE', 'ISO', 'RFC', 'SHA', 'UTF']

/** The tickets that a message names: `CAR-1042`, `#17`. */
export function ticketsIn(message: string): readonly string[] {
  const found =
    message.match(/(?<![\w-])[A-Z][A-Z0-9]{1,9}-\d{1,7}(?![\w-])|(?<![\w&/#])#\d{1,7}(?!\w)/g) ?? []
  return [...new Set(found.filter((one) => !NO_TICKETS.some((word) => one.startsWith(`${word}-`))))]
}
