import { createElement, type ReactElement, type ReactNode } from 'react'
import { titleOfPart } from '../../components/pipeline/part-words.ts'
import {
  isWithin,
  partsOf,
  textAt,
  valueAt,
  wayText,
  type Json,
  type Part,
  type Way,
} from '../../components/pipeline/pipeline-parts.ts'
import { TASK_ICONS } from '../../components/pipeline/task-icons.ts'
import { counted } from '../../ui/counted.ts'
import { GateGlyph } from '../../ui/gate-glyph.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import type { EditMark } from './marks.ts'
import type { Checked } from '../../components/definition/use-check.ts'

interface OutlineProps {
  readonly pipeline: Json
  readonly selected: string | undefined
  readonly marks: ReadonlyMap<string, EditMark>
  readonly mistakes: Checked['mistakes']
  readonly onSelect: (way: Way | undefined) => void
}

const INDENT = ['pl-2', 'pl-5', 'pl-8', 'pl-11', 'pl-14'] as const

/** All parts below each other: what was edited has a dot, what is wrong a cross. */
export function Outline(props: OutlineProps): ReactElement {
  const { pipeline, selected, marks, mistakes, onSelect } = props
  const parts = partsOf(pipeline).filter(({ is }) => is !== 'rule')
  return (
    <nav aria-label="Outline" className="p-2">
      <h2 className="px-2 py-1.5 text-12">Outline</h2>
      <ul>
        <li>
          <Line isSelected={selected === undefined} depth={0} onClick={() => onSelect(undefined)}>
            Triggers and parameters
          </Line>
        </li>
        {parts
          .filter(({ is }) => is !== 'trigger' && is !== 'parameter')
          .map((part) => {
            const text = wayText(part.way)
            const value = valueAt(pipeline, part.way)
            // A stage and a group are wrong where they are wrong themselves; their parts say the rest.
            const isWrong = mistakes.some(
              ({ at }) =>
                at !== null &&
                isWithin(at, part.way) &&
                !parts.some(
                  ({ way }) =>
                    way.length > part.way.length && isWithin(way, part.way) && isWithin(at, way),
                ),
            )
            return (
              <li key={text}>
                <Line
                  isSelected={selected === text}
                  depth={part.depth}
                  isStage={part.is === 'stage'}
                  icon={<PartIcon part={part} value={value} />}
                  {...(part.is === 'stage' && { count: tasksIn(parts, part.way) })}
                  mark={marks.get(text)}
                  isWrong={isWrong}
                  onClick={() => onSelect(part.way)}
                >
                  {part.is === 'group'
                    ? textAt(value, 'name') || 'Group'
                    : titleOfPart(part, value)}
                </Line>
              </li>
            )
          })}
      </ul>
    </nav>
  )
}

function tasksIn(parts: readonly Part[], stage: Way): string {
  return counted(
    parts.filter(({ is, way }) => is === 'task' && isWithin(way, stage)).length,
    'task',
  )
}

function PartIcon({
  part: { is },
  value,
}: {
  readonly part: Part
  readonly value: Json | undefined
}): ReactElement | null {
  if (is === 'gate') return <GateGlyph state="not_reached" size={13} isDecoration />
  const icon = is === 'task' && value !== undefined ? TASK_ICONS[textAt(value, 'kind')] : undefined
  return icon === undefined
    ? null
    : createElement(icon, {
        size: 13,
        strokeWidth: 1.85,
        'aria-hidden': true,
        className: 'shrink-0 text-ink-3',
      })
}

function Line({
  isSelected,
  depth,
  isStage = false,
  icon,
  count,
  mark,
  isWrong = false,
  onClick,
  children,
}: {
  readonly isSelected: boolean
  readonly depth: number
  readonly isStage?: boolean
  readonly icon?: ReactNode
  /** What stands at the right. */
  readonly count?: string
  readonly mark?: EditMark | undefined
  readonly isWrong?: boolean
  readonly onClick: () => void
  readonly children: string
}): ReactElement {
  return (
    <button
      type="button"
      data-row
      aria-pressed={isSelected}
      onClick={onClick}
      className={`flex h-7 w-full items-center gap-2 rounded-2 pr-2 text-left hover:bg-hover aria-pressed:bg-accent-tint ${INDENT[Math.min(depth, INDENT.length - 1)] ?? ''} ${isStage ? 'mt-1.5 font-heading' : ''}`}
    >
      {icon}
      <span className="min-w-0 grow truncate" title={children}>
        {children}
      </span>
      {count !== undefined && (
        <span className="text-12 font-normal whitespace-nowrap text-ink-3">{count}</span>
      )}
      {isWrong && <StateGlyph state="failed" size={13} />}
      {mark !== undefined && (
        <span
          role="img"
          aria-label={mark}
          title={mark}
          className="size-1.5 shrink-0 rounded-full bg-accent"
        />
      )}
    </button>
  )
}
