// The time line at the foot of a run: stages on real time, waiting in amber, and what is still ahead.

import type { Run } from '../../lib/runs.ts'

export interface TimeBar {
  readonly key: string
  readonly title: string
  readonly kind: 'done' | 'running' | 'waiting' | 'failed' | 'ahead'
  /** Share of the line from the left, 0 to 100. */
  readonly left: number
  readonly width: number
  readonly from: number | null
}

export interface Timeline {
  readonly bars: readonly TimeBar[]
  /** Where now is; null when the run has ended. */
  readonly now: number | null
}

/** What is ahead takes this share of the line, however long it may take. */
const AHEAD_SHARE = 24
const WIDTH_MIN = 0.6

export function timelineOf(
  run: Pick<Run, 'stages' | 'startedAt' | 'finishedAt'>,
  now: number,
): Timeline {
  const begin = Date.parse(run.startedAt)
  const end = run.finishedAt === null ? Math.max(now, begin + 1) : Date.parse(run.finishedAt)
  const ahead = run.finishedAt === null ? run.stages.filter((one) => one.startedAt === null) : []
  const past = ahead.length > 0 ? 100 - AHEAD_SHARE : 100
  const at = (ms: number): number => (past * (ms - begin)) / Math.max(1, end - begin)
  const bars = run.stages.flatMap((stage): readonly TimeBar[] => {
    if (stage.startedAt === null) return []
    const from = Date.parse(stage.startedAt)
    const to = stage.finishedAt === null ? end : Date.parse(stage.finishedAt)
    const waits = [stage.exit, stage.entry].find(({ state }) => state === 'waiting')
    const since = waits?.since == null ? to : Math.max(from, Date.parse(waits.since))
    const bar = (kind: TimeBar['kind'], a: number, b: number): TimeBar => ({
      key: `${stage.name} ${kind}`,
      title: stage.title,
      kind,
      left: at(a),
      width: Math.max(WIDTH_MIN, at(b) - at(a)),
      from: a,
    })
    if (waits !== undefined) {
      return [...(since > from ? [bar('done', from, since)] : []), bar('waiting', since, to)]
    }
    return [bar(kindOf(stage.state), from, to)]
  })
  const each = AHEAD_SHARE / Math.max(1, ahead.length)
  return {
    bars: [
      ...bars,
      ...ahead.map((stage, index) => ({
        key: `${stage.name} ahead`,
        title: stage.title,
        kind: 'ahead' as const,
        left: past + each * index,
        width: each,
        from: null,
      })),
    ],
    now: run.finishedAt === null ? past : null,
  }
}

function kindOf(state: Run['stages'][number]['state']): TimeBar['kind'] {
  if (state === 'failed' || state === 'errored') return 'failed'
  return state === 'succeeded' || state === 'skipped' || state === 'aborted' ? 'done' : 'running'
}
