// Every state has an outline and a mark of its own; colour only repeats it.

import type { ReactElement, ReactNode } from 'react'
import { STATE_WORDS, type ShownState } from './state.ts'

interface StateGlyphProps {
  readonly state: ShownState
  /** 12 to 22 px. */
  readonly size?: number
  /** 0 to 1, of what is running; without it the ring turns. */
  readonly progress?: number
  /** Its word stands beside it, so it is not said twice. */
  readonly isDecoration?: boolean
}

export function StateGlyph({
  state,
  size = 16,
  progress,
  isDecoration = false,
}: StateGlyphProps): ReactElement {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      strokeLinecap="round"
      strokeLinejoin="round"
      className="shrink-0"
      {...(isDecoration
        ? { 'aria-hidden': true }
        : { role: 'img', 'aria-label': STATE_WORDS[state] })}
    >
      {state === 'running' ? <RunningRing progress={progress} /> : SHAPES[state]}
    </svg>
  )
}

/** A ring that fills clockwise with what is done, or a third of it that turns. */
function RunningRing({ progress }: { readonly progress: number | undefined }): ReactElement {
  const length = 2 * Math.PI * 6
  const part = progress === undefined ? 0.66 : Math.min(1, Math.max(0.04, progress))
  return (
    <>
      <circle cx="8" cy="8" r="6" stroke="var(--ls-run-line)" strokeWidth="2.4" />
      <circle
        cx="8"
        cy="8"
        r="6"
        // What turns begins anywhere; what fills begins at twelve o'clock.
        {...(progress === undefined ? { className: 'ls-turn' } : { transform: 'rotate(-90 8 8)' })}
        stroke="var(--ls-run-solid)"
        strokeWidth="2.4"
        strokeDasharray={`${part * length} ${length}`}
        strokeLinecap="butt"
      />
      <circle cx="8" cy="8" r="2" fill="var(--ls-run-solid)" />
    </>
  )
}

const ON_SOLID = 'var(--ls-surface)'
const IDLE = { stroke: 'var(--ls-idle-solid)', strokeWidth: 1.6 }

const SHAPES: Readonly<Record<Exclude<ShownState, 'running'>, ReactNode>> = {
  passed: (
    <>
      <circle cx="8" cy="8" r="7" fill="var(--ls-ok-solid)" />
      <path d="m4.9 8.2 2.2 2.2 4.1-4.4" stroke={ON_SOLID} strokeWidth="1.8" />
    </>
  ),
  waiting: (
    <>
      <rect
        x="2.6"
        y="2.6"
        width="10.8"
        height="10.8"
        rx="1.4"
        transform="rotate(45 8 8)"
        fill="var(--ls-wait-solid)"
      />
      <circle cx="8" cy="6.3" r="1.7" fill={ON_SOLID} />
      <path d="M4.9 11.2c.3-1.8 1.5-2.6 3.1-2.6s2.8.8 3.1 2.6z" fill={ON_SOLID} />
    </>
  ),
  failed: (
    <>
      <rect x="1.5" y="1.5" width="13" height="13" rx="3" fill="var(--ls-fail-solid)" />
      <path d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8" stroke={ON_SOLID} strokeWidth="1.8" />
    </>
  ),
  could_not_run: (
    <>
      <rect
        x="2"
        y="2"
        width="12"
        height="12"
        rx="3"
        stroke="var(--ls-fail-solid)"
        strokeWidth="1.6"
      />
      <path d="M8 4.9v3.6" stroke="var(--ls-fail-solid)" strokeWidth="1.8" />
      <circle cx="8" cy="11" r="1" fill="var(--ls-fail-solid)" />
    </>
  ),
  warning: (
    <>
      <path
        d="M7.1 2.2a1 1 0 0 1 1.8 0l5.8 10.9a1 1 0 0 1-.9 1.5H2.2a1 1 0 0 1-.9-1.5z"
        fill="var(--ls-wait-solid)"
      />
      <path d="M8 6.2v3.4" stroke={ON_SOLID} strokeWidth="1.7" />
      <circle cx="8" cy="12.1" r="1" fill={ON_SOLID} />
    </>
  ),
  drifted: (
    <>
      <path
        d="M8.9 13.8a1 1 0 0 1-1.8 0L1.3 2.9a1 1 0 0 1 .9-1.5h11.6a1 1 0 0 1 .9 1.5z"
        fill="var(--ls-drift-solid)"
      />
      <path d="M5.5 4.5h5M6.2 7.1h3.6M9.7 2.9 6.5 8.8" stroke={ON_SOLID} strokeWidth="1.3" />
    </>
  ),
  unknown: (
    <>
      <rect
        x="2"
        y="2"
        width="12"
        height="12"
        rx="3"
        stroke="var(--ls-wait-solid)"
        strokeWidth="1.6"
        strokeDasharray="2.4 2.4"
        strokeLinecap="butt"
      />
      <path
        d="M6.3 6.4a1.7 1.7 0 1 1 2.4 1.7c-.5.3-.7.6-.7 1.1"
        stroke="var(--ls-wait-solid)"
        strokeWidth="1.5"
      />
      <circle cx="8" cy="11.3" r=".9" fill="var(--ls-wait-solid)" />
    </>
  ),
  not_started: <circle cx="8" cy="8" r="6.2" {...IDLE} />,
  scheduled: (
    <>
      <circle cx="8" cy="8" r="6.2" {...IDLE} />
      <path d="M8 4v4l3 1.9" {...IDLE} strokeWidth={1.8} />
    </>
  ),
  on_hold: (
    <>
      <circle cx="8" cy="8" r="7" fill="var(--ls-ink-2)" />
      <path d="M6.3 5.4v5.2m3.4-5.2v5.2" stroke={ON_SOLID} strokeWidth="1.8" />
    </>
  ),
  skipped: (
    <>
      <circle cx="8" cy="8" r="6.2" {...IDLE} strokeDasharray="2 2.4" strokeLinecap="butt" />
      <path d="M5.6 8h4.8" {...IDLE} />
    </>
  ),
  aborted: (
    <>
      <circle cx="8" cy="8" r="6.2" {...IDLE} />
      <path d="m3.8 12.2 8.4-8.4" {...IDLE} />
    </>
  ),
  rolled_back: (
    <>
      <circle cx="8" cy="8" r="7" fill="var(--ls-ink-2)" />
      <path d="M7 4.9 4.8 7 7 9.1M5 7h4a2 2 0 0 1 0 4H7.5" stroke={ON_SOLID} strokeWidth="1.5" />
    </>
  ),
}
