// How far a step is, on its node: a glyph, the number that matters most, and a bar of all its resources.

import type { ReactElement } from 'react'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import type { ShownState } from '../../ui/state.ts'
import { standWords, type StepStand } from './step-stands.ts'

export function StandCount({ stand }: { readonly stand: StepStand }): ReactElement {
  const { count, word } = standWords(stand)
  return (
    <span className="flex shrink-0 flex-col items-end">
      <span className="flex items-center gap-1.5 font-heading">
        <StateGlyph state={stand.state} size={13} />
        {count}
      </span>
      <span className="text-11 text-ink-2">{word}</span>
    </span>
  )
}

const PARTS = [
  ['done', 'bg-ok-solid'],
  ['skipped', 'bg-idle-solid'],
  ['now', 'bg-run-solid'],
  ['failed', 'bg-fail-solid'],
] as const

/** The parts of all its resources; what it says is in words beside it. */
export function StandBar({ stand }: { readonly stand: StepStand }): ReactElement | null {
  if (stand.isCut) return null
  return (
    <span aria-hidden className="absolute inset-x-0 bottom-0 flex h-1 bg-idle-line">
      {PARTS.map(([part, colour]) => (
        <span
          key={part}
          className={colour}
          style={{ width: `${stand.all === 0 ? 0 : (100 * stand[part]) / stand.all}%` }}
        />
      ))}
    </span>
  )
}

const LEGEND: readonly (readonly [ShownState, string])[] = [
  ['passed', 'passed'],
  ['running', 'on it now'],
  ['not_started', 'waiting'],
  ['failed', 'failed'],
]

export function StandLegend(): ReactElement {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1.5 rail:flex-col">
      {LEGEND.map(([state, words]) => (
        <li key={state} className="flex items-center gap-2">
          <StateGlyph state={state} size={13} isDecoration /> {words}
        </li>
      ))}
    </ul>
  )
}
