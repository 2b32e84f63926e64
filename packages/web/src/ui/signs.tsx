// What each sign means, to be looked up: all states and all gates, drawn by the parts that draw them everywhere.

import type { ReactElement, ReactNode } from 'react'
import { GATE_WORDS, GateGlyph, type GateState } from './gate-glyph.tsx'
import { StateGlyph } from './state-glyph.tsx'
import { SHOWN_STATES, STATE_WORDS } from './state.ts'

const GATES: readonly GateState[] = [
  'not_reached',
  'checking',
  'waiting',
  'passed',
  'rejected',
  'aborted',
]

export function Signs(): ReactElement {
  return (
    <>
      <SignList title="States">
        {SHOWN_STATES.map((state) => (
          <Sign key={state} word={STATE_WORDS[state]}>
            <StateGlyph state={state} isDecoration />
          </Sign>
        ))}
      </SignList>
      <SignList title="Gates, always a diamond">
        {GATES.map((state) => (
          <Sign key={state} word={GATE_WORDS[state]}>
            <GateGlyph state={state} isDecoration />
          </Sign>
        ))}
      </SignList>
    </>
  )
}

function SignList({
  title,
  children,
}: {
  readonly title: string
  readonly children: ReactNode
}): ReactElement {
  return (
    <section aria-label={title}>
      <h3 className="mb-1 text-11 text-ink-3">{title}</h3>
      <ul className="grid grid-cols-2 gap-x-4">{children}</ul>
    </section>
  )
}

function Sign({
  word,
  children,
}: {
  readonly word: string
  readonly children: ReactNode
}): ReactElement {
  return (
    <li className="flex h-8 items-center gap-2">
      <span className="flex w-5 justify-center">{children}</span>
      <span className="first-letter:uppercase">{word}</span>
    </li>
  )
}
