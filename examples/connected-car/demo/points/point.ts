// A point of the demo: what must be seen, and the sentence that says what was seen.

import type { Evidence, RunFacts, StageFacts } from '../evidence.ts'

/** What a line of the table says. `not_yet`: a later issue builds it, by name. */
export type Verdict =
  | { readonly kind: 'ok'; readonly text: string }
  | { readonly kind: 'not_yet'; readonly text: string }
  | { readonly kind: 'failed'; readonly text: string }

/** Says what was seen, or throws a sentence that says what was seen instead. */
export type Judge = (evidence: Evidence) => string

/** What a later issue builds: said by name, after what is there already has been judged. */
class NotYet extends Error {
  override readonly name = 'NotYet'
}

export function must(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise)
}

export function notYet(text: string): never {
  throw new NotYet(text)
}

/** The verdict of a point; an assertion that throws is FAILED, with its sentence. */
export function judge(point: Judge, evidence: Evidence): Verdict {
  try {
    return { kind: 'ok', text: point(evidence) }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return { kind: error instanceof NotYet ? 'not_yet' : 'failed', text }
  }
}

// ── what several points look at ──────────────────────────────────────────────────────────────

/** The release that brought version 2. */
export function lastRelease({ releaseRuns }: Evidence): RunFacts {
  const run = releaseRuns.at(-1)
  must(run !== undefined, 'no release has run')
  return run
}

/** What was read when the story had ended. */
export function gatheredOf({ gathered }: Evidence): NonNullable<Evidence['gathered']> {
  must(gathered !== undefined, 'nothing was read when the story had ended')
  return gathered
}

export function stageOf(run: RunFacts, name: string): StageFacts {
  const stage = run.stages.find((one) => one.name === name)
  must(stage !== undefined, `${run.address} has no stage ${name}`)
  return stage
}

/** From when until when something was worked on. */
export interface Span {
  readonly from: number
  readonly until: number
}

/** The time between the first job's start and the last one's end; undefined when nothing was done. */
export function spanOf(tasks: StageFacts['tasks']): Span | undefined {
  const jobs = tasks
    .flatMap(({ steps }) => steps.flatMap(({ jobs }) => jobs))
    .flatMap(({ startedAt, finishedAt }) =>
      startedAt === null || finishedAt === null
        ? []
        : [{ from: Date.parse(startedAt), until: Date.parse(finishedAt) }],
    )
  if (jobs.length === 0) return undefined
  return {
    from: Math.min(...jobs.map(({ from }) => from)),
    until: Math.max(...jobs.map(({ until }) => until)),
  }
}

/** The span of the task whose key ends with this name. */
export function spanOfTask(stage: StageFacts, name: string): Span | undefined {
  return spanOf(stage.tasks.filter(({ key }) => key.split('/').at(-1) === name))
}

/** When the first job of a stage began. */
export function beginOf(stage: StageFacts): number {
  const span = spanOf(stage.tasks)
  must(span !== undefined, `nothing was done in ${stage.title}`)
  return span.from
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

/** `a, b and c` */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? 'nothing'
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}
