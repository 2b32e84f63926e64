// A gate is a diamond, and nothing else is one.

import type { ReactElement, ReactNode } from 'react'
import type { GATE_STATES } from '@lockstep/contract'

export type GateState = (typeof GATE_STATES)[number]

export const GATE_WORDS: Readonly<Record<GateState, string>> = {
  not_reached: 'not reached',
  checking: 'checks running',
  waiting: 'waits on a person',
  passed: 'passed',
  rejected: 'rejected',
  aborted: 'aborted',
}

interface GateGlyphProps {
  readonly state: GateState
  readonly size?: number
  readonly isDecoration?: boolean
}

export function GateGlyph({
  state,
  size = 20,
  isDecoration = false,
}: GateGlyphProps): ReactElement {
  return (
    <svg
      viewBox="0 0 20 20"
      width={size}
      height={size}
      fill="none"
      strokeLinecap="round"
      strokeLinejoin="round"
      className="shrink-0"
      {...(isDecoration
        ? { 'aria-hidden': true }
        : { role: 'img', 'aria-label': `gate ${GATE_WORDS[state]}` })}
    >
      <GateShape state={state} />
    </svg>
  )
}

/** The diamond alone, in a 20 × 20 box, for drawings that place it themselves. */
export function GateShape({ state }: { readonly state: GateState }): ReactNode {
  return SHAPES[state]
}

function diamond(fill: string): ReactNode {
  return (
    <rect
      x="3.3"
      y="3.3"
      width="13.4"
      height="13.4"
      rx="1.6"
      transform="rotate(45 10 10)"
      fill={fill}
    />
  )
}

const OUTLINE = 'M10 1.6 18.4 10 10 18.4 1.6 10Z'
const ON_SOLID = 'var(--ls-surface)'

const SHAPES: Readonly<Record<GateState, ReactNode>> = {
  passed: (
    <>
      {diamond('var(--ls-ok-solid)')}
      <path d="m6.8 10.2 2.3 2.3 4.2-4.6" stroke={ON_SOLID} strokeWidth="1.9" />
    </>
  ),
  waiting: (
    <>
      {diamond('var(--ls-wait-solid)')}
      <circle cx="10" cy="8.2" r="2" fill={ON_SOLID} />
      <path d="M6.4 13.8c.3-2.1 1.7-3 3.6-3s3.3.9 3.6 3z" fill={ON_SOLID} />
    </>
  ),
  checking: (
    <>
      <path d={OUTLINE} stroke="var(--ls-run-line)" strokeWidth="2" fill="var(--ls-surface)" />
      <path d="M10 1.6 18.4 10 10 18.4" stroke="var(--ls-run-solid)" strokeWidth="2" />
      <circle cx="10" cy="10" r="2.2" fill="var(--ls-run-solid)" />
    </>
  ),
  rejected: (
    <>
      {diamond('var(--ls-fail-solid)')}
      <path d="m7.5 7.5 5 5m0-5-5 5" stroke={ON_SOLID} strokeWidth="1.9" />
    </>
  ),
  not_reached: (
    <path d={OUTLINE} stroke="var(--ls-idle-solid)" strokeWidth="1.6" fill="var(--ls-surface)" />
  ),
  aborted: (
    <>
      <path d={OUTLINE} stroke="var(--ls-idle-solid)" strokeWidth="1.6" fill="var(--ls-surface)" />
      <path d="m6.6 13.4 6.8-6.8" stroke="var(--ls-idle-solid)" strokeWidth="1.6" />
    </>
  ),
}
