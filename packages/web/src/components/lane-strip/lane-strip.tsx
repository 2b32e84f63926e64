// The way of a release in one line: lanes, gates across them, and how far each has come.

import { createElement, type ReactElement } from 'react'
import { GateShape } from '../../ui/gate-glyph.tsx'
import type { ShownState } from '../../ui/state.ts'
import { iconOf } from '../application-icon.tsx'
import {
  layoutStrip,
  STRIP,
  stripWords,
  type StripLane,
  type StripLayout,
  type StripStage,
} from './lane-strip.ts'

interface LaneStripProps {
  readonly lanes: readonly StripLane[]
  readonly stages: readonly StripStage[]
}

/** 432 × 56; narrower on phones, in the same proportions. */
export function LaneStrip({ lanes, stages }: LaneStripProps): ReactElement {
  const { lines, gates, teamGates, lanes: rows, bar } = layoutStrip(lanes, stages)
  return (
    <svg
      viewBox={`0 0 ${STRIP.width} ${STRIP.height}`}
      className="h-auto w-108 max-w-full shrink-0"
      role="img"
      aria-label={stripWords(lanes, stages)}
    >
      {rows.map(({ application, y }) => (
        <LaneIcon key={application} application={application} y={y} />
      ))}
      {lines.map((line) => (
        <LaneLine key={line.key} line={line} />
      ))}
      {teamGates.map(({ x, y, isPassed }) => (
        <path
          key={`${x} ${y}`}
          d={`M${x} ${y - 4.5}l4.5 4.5-4.5 4.5-4.5-4.5z`}
          fill={isPassed ? 'var(--ls-ok-solid)' : 'var(--ls-surface)'}
          stroke={isPassed ? 'var(--ls-ok-solid)' : 'var(--ls-idle-solid)'}
          strokeLinejoin="round"
        />
      ))}
      {gates.map(({ key, x, state, name }) => (
        <g key={key}>
          <title>{name}</title>
          {bar !== undefined && (
            <rect
              x={x - STRIP.gate / 2}
              y={bar.y}
              width={STRIP.gate}
              height={bar.height}
              rx={STRIP.gate / 2}
              fill={BAR_FILLS[state]}
              stroke={BAR_LINES[state]}
            />
          )}
          <svg
            x={x - STRIP.gate / 2}
            y={STRIP.height / 2 - STRIP.gate / 2}
            width={STRIP.gate}
            height={STRIP.gate}
            viewBox="0 0 20 20"
            fill="none"
            strokeLinecap="round"
            strokeLinejoin="round"
          >
            <GateShape state={state} />
          </svg>
        </g>
      ))}
    </svg>
  )
}

const BAR_FILLS = {
  passed: 'var(--ls-ok-tint)',
  waiting: 'var(--ls-wait-tint)',
  checking: 'var(--ls-run-tint)',
  rejected: 'var(--ls-fail-tint)',
  not_reached: 'var(--ls-surface)',
  aborted: 'var(--ls-surface)',
} as const
const BAR_LINES = {
  passed: 'var(--ls-ok-line)',
  waiting: 'var(--ls-wait-line)',
  checking: 'var(--ls-run-line)',
  rejected: 'var(--ls-fail-line)',
  not_reached: 'var(--ls-line-strong)',
  aborted: 'var(--ls-line-strong)',
} as const

/** What is done is green, what runs is blue up to a ring, what failed is red up to its square, the rest grey. */
function LaneLine({ line }: { readonly line: StripLayout['lines'][number] }): ReactElement {
  const { from, to, y, state, progress } = line
  const colour = LINE_COLOURS[state]
  if (state === 'passed' || state === 'skipped')
    return <Stroke from={from} to={to} y={y} colour={colour} />
  const isAhead = colour === undefined
  const end = isAhead ? from : from + (to - from) * Math.max(0.18, Math.min(0.85, progress))
  return (
    <>
      <Stroke from={from} to={to} y={y} colour="var(--ls-line)" />
      {!isAhead && <Stroke from={from} to={end} y={y} colour={colour} />}
      {state === 'running' && (
        <circle cx={end} cy={y} r="4" fill="var(--ls-surface)" stroke={colour} strokeWidth="2" />
      )}
      {state === 'failed' && (
        <rect x={end - 5} y={y - 5} width="10" height="10" rx="2.5" fill={colour} />
      )}
    </>
  )
}

const LINE_COLOURS: Readonly<Partial<Record<ShownState, string>>> = {
  passed: 'var(--ls-ok-solid)',
  skipped: 'var(--ls-ok-solid)',
  running: 'var(--ls-run-solid)',
  failed: 'var(--ls-fail-solid)',
  could_not_run: 'var(--ls-fail-solid)',
  waiting: 'var(--ls-wait-solid)',
  unknown: 'var(--ls-wait-solid)',
  on_hold: 'var(--ls-ink-2)',
  aborted: 'var(--ls-idle-solid)',
}

function Stroke({
  from,
  to,
  y,
  colour,
}: {
  readonly from: number
  readonly to: number
  readonly y: number
  readonly colour: string | undefined
}): ReactElement {
  return <path d={`M${from} ${y}H${to}`} stroke={colour} strokeWidth="3" strokeLinecap="round" />
}

function LaneIcon({
  application,
  y,
}: {
  readonly application: string
  readonly y: number
}): ReactElement {
  return (
    <g>
      <title>{application}</title>
      {createElement(iconOf(application), {
        x: 0,
        y: y - 7,
        size: STRIP.icon,
        strokeWidth: 1.85,
        color: 'var(--ls-ink-3)',
        'aria-hidden': true,
      })}
    </g>
  )
}
