// How much of the longest step each one took, for the bars beside a log.

interface Timed {
  readonly startedAt: string | null
  readonly finishedAt: string | null
}

/** In percent; a step that has begun has at least a trace. */
export function shareOfTime(steps: readonly Timed[], now: number): readonly number[] {
  const took = steps.map(({ startedAt, finishedAt }) =>
    startedAt === null
      ? null
      : Math.max(0, (finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt)),
  )
  const longest = Math.max(1, ...took.map((ms) => ms ?? 0))
  return took.map((ms) => (ms === null ? 0 : Math.max(2, Math.round((100 * ms) / longest))))
}
