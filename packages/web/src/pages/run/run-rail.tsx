import { memo, type ReactElement } from 'react'
import { GateGlyph } from '../../ui/gate-glyph.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import type { Run } from '../../lib/runs.ts'
import { standOfStage, type Stage } from './run-layout.ts'
import { useRunSelection } from './use-run-search.ts'

/** With so many stages, some are out of sight. */
export const STAGES_IN_SIGHT = 4

/** All stages of a long run with their gates, small: where it is, and a way to each. */
export function RunRail({
  run,
  focused,
}: {
  readonly run: Pick<Run, 'stages'>
  readonly focused: string | undefined
}): ReactElement {
  return (
    <nav
      aria-label="All stages"
      className="flex shrink-0 gap-0.5 overflow-x-auto border-b border-line px-3 py-1.5"
    >
      {run.stages.map((stage) => (
        <RailStage key={stage.name} stage={stage} isFocused={stage.name === focused} />
      ))}
    </nav>
  )
}

const RailStage = memo(function RailStage({
  stage,
  isFocused,
}: {
  readonly stage: Stage
  readonly isFocused: boolean
}): ReactElement {
  const { focus } = useRunSelection()
  const { state } = standOfStage(stage)
  return (
    <button
      type="button"
      title={stage.title}
      aria-label={stage.title}
      aria-pressed={isFocused}
      onClick={() => focus(stage.name)}
      className="flex h-6 shrink-0 items-center gap-0.5 rounded-1 px-1 hover:bg-hover aria-pressed:bg-accent-tint"
    >
      {stage.entry.rules.length > 0 && (
        <GateGlyph state={stage.entry.state} size={12} isDecoration />
      )}
      <StateGlyph state={state} size={12} isDecoration />
      {stage.exit.rules.length > 0 && <GateGlyph state={stage.exit.state} size={12} isDecoration />}
    </button>
  )
})
