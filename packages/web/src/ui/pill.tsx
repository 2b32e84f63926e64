import type { ReactElement, ReactNode } from 'react'
import { StateGlyph } from './state-glyph.tsx'
import { STATE_TONES, STATE_WORDS, type ShownState, type Tone } from './state.ts'

const TONES: Readonly<Record<Tone, string>> = {
  ok: 'bg-ok-tint border-ok-line text-ok',
  run: 'bg-run-tint border-run-line text-run',
  wait: 'bg-wait-tint border-wait-line text-wait',
  fail: 'bg-fail-tint border-fail-line text-fail',
  drift: 'bg-drift-tint border-drift-line text-drift',
  idle: 'bg-idle-tint border-idle-line text-idle',
}

interface StatePillProps {
  readonly state: ShownState
  readonly progress?: number
  /** Words of its own, such as "Rolling out"; otherwise the word of the state. */
  readonly children?: ReactNode
}

/** A state with its word, in its tint. */
export function StatePill({ state, progress, children }: StatePillProps): ReactElement {
  return (
    <span
      className={`inline-flex h-5.5 items-center gap-1.5 rounded-full border pr-2.5 pl-1 text-12 font-name whitespace-nowrap first-letter:uppercase ${TONES[STATE_TONES[state]]}`}
    >
      <StateGlyph
        state={state}
        size={14}
        isDecoration
        {...(progress === undefined ? {} : { progress })}
      />
      <span className="first-letter:uppercase">{children ?? STATE_WORDS[state]}</span>
    </span>
  )
}
