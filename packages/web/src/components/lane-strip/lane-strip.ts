// Where the parts of a lane strip stand. UI.md section 6: one line for each application, gates across all of them.

import type { GateState } from '../../ui/gate-glyph.tsx'
import { worstOf, type ShownState } from '../../ui/state.ts'

export const STRIP = { width: 432, height: 56, icon: 14, gate: 15 } as const

/** What a lane does in one part of the way. */
export interface LanePart {
  readonly state: ShownState
  /** 0 to 1: how much of it is done. */
  readonly progress: number
}

export interface StripLane {
  readonly application: string
  /** Its team pipeline, before the first stage. */
  readonly team: LanePart
}

export interface StripStage {
  readonly title: string
  readonly entry: GateState
  readonly exit: GateState
  /** As many as there are lanes. */
  readonly lanes: readonly LanePart[]
}

export interface StripLayout {
  readonly lines: readonly (LanePart & {
    readonly key: string
    readonly from: number
    readonly to: number
    readonly y: number
  })[]
  readonly gates: readonly {
    readonly key: string
    readonly x: number
    readonly state: GateState
    /** What is said of it: "Staging exit gate". */
    readonly name: string
  }[]
  readonly lanes: readonly { readonly application: string; readonly y: number }[]
  /** The gates of the team pipelines, small. */
  readonly teamGates: readonly {
    readonly x: number
    readonly y: number
    readonly isPassed: boolean
  }[]
  /** Where the columns begin, for their headings. */
  readonly columns: readonly { readonly title: string; readonly x: number }[]
  /** Of the gate bars, across all lanes; with one lane there are only diamonds. */
  readonly bar: { readonly y: number; readonly height: number } | undefined
}

const GAP = 3
const LANE_STEP_MAX = 18
const TEAM_WIDTH = 116

/** Places lanes, gates and segments in a box of `STRIP`. */
export function layoutStrip(
  lanes: readonly StripLane[],
  stages: readonly StripStage[],
): StripLayout {
  const step = Math.min(LANE_STEP_MAX, STRIP.height / Math.max(1, lanes.length))
  const top = STRIP.height / 2 - ((lanes.length - 1) * step) / 2
  const ys = lanes.map((_, at) => top + at * step)
  const begin = STRIP.icon + 10
  const teamEnd = begin + TEAM_WIDTH
  const stageWidth = (STRIP.width - teamEnd) / Math.max(1, stages.length)
  const lines: StripLayout['lines'][number][] = lanes.map((lane, at) => ({
    ...lane.team,
    key: `team ${lane.application}`,
    from: begin,
    to: teamEnd - GAP,
    y: ys[at] ?? 0,
  }))
  const gates: StripLayout['gates'][number][] = []
  const columns: StripLayout['columns'][number][] = [{ title: 'Team pipelines', x: begin }]
  for (const [index, stage] of stages.entries()) {
    const x = teamEnd + index * stageWidth
    const [entry, exit] = [x + STRIP.gate / 2, x + stageWidth - STRIP.gate / 2 - GAP]
    gates.push(
      { key: `${index} entry`, x: entry, state: stage.entry, name: `${stage.title} entry gate` },
      { key: `${index} exit`, x: exit, state: stage.exit, name: `${stage.title} exit gate` },
    )
    columns.push({ title: stage.title, x: entry + STRIP.gate })
    for (const [at, lane] of lanes.entries()) {
      lines.push({
        ...(stage.lanes[at] ?? { state: 'not_started', progress: 0 }),
        key: `${index} ${lane.application}`,
        from: entry + STRIP.gate / 2 + GAP,
        to: exit - STRIP.gate / 2 - GAP,
        y: ys[at] ?? 0,
      })
    }
  }
  return {
    lines,
    gates,
    lanes: lanes.map(({ application }, at) => ({ application, y: ys[at] ?? 0 })),
    teamGates: lanes.flatMap(({ team }, at) =>
      [1 / 3, 2 / 3].map((part) => ({
        x: begin + (teamEnd - begin) * part,
        y: ys[at] ?? 0,
        isPassed: team.state === 'passed' || team.progress > part,
      })),
    ),
    columns,
    bar:
      lanes.length < 2
        ? undefined
        : { y: top - 9, height: (lanes.length - 1) * step + STRIP.gate + 3 },
  }
}

/** What several tasks of one lane are together. */
export function lanePart(tasks: readonly ShownState[]): LanePart {
  const isDone = (state: ShownState): boolean => state === 'passed' || state === 'skipped'
  const done = tasks.filter(isDone).length
  const worst = worstOf(tasks)
  // Some are done and nothing runs at this moment: it is under way all the same.
  const state = worst === 'not_started' && done > 0 ? 'running' : worst
  return { state, progress: tasks.length === 0 ? 0 : done / tasks.length }
}

/** The strip in words, for whoever does not see it. */
export function stripWords(lanes: readonly StripLane[], stages: readonly StripStage[]): string {
  const gate = (state: GateState): string => state.replace('_', ' ')
  const parts = stages.map(
    ({ title, entry, exit }) => `${title}: entry gate ${gate(entry)}, exit gate ${gate(exit)}`,
  )
  return `${lanes.map(({ application }) => application).join(', ')}. ${parts.join('. ')}.`
}
