import {
  Fragment,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  type RefObject,
} from 'react'
import { ArrowRight, Waypoints } from 'lucide-react'
import { GateGlyph } from '../../ui/gate-glyph.tsx'
import { SideScroll } from '../../ui/side-scroll.tsx'
import { DropLine, Grip } from './drag-marks.tsx'
import { detailOfPart, titleOfPart } from './part-words.ts'
import {
  GROUPS,
  listAt,
  textAt,
  wayText,
  type Json,
  type Part,
  type Way,
} from './pipeline-parts.ts'
import { TASK_ICONS } from './task-icons.ts'
import { useDragParts, type DragParts } from './use-drag-parts.ts'

/** What stands on a card besides: that it is new, changed or wrong. */
export interface PartMark {
  readonly word: string
  readonly look: 'edit' | 'wrong'
}

interface PipelineCanvasProps {
  readonly label: string
  readonly pipeline: Json
  readonly selected: string | undefined
  readonly onSelect: (way: Way) => void
  readonly markOf?: (way: Way) => PartMark | undefined
  /** At the foot of a list of tasks: where one is added. */
  readonly renderAfter?: (way: Way) => ReactNode
  /** Stages and tasks can be dragged to another place, before what stands there now. */
  readonly onMove?: (from: Way, place: Way) => void
  /** 1 is life-size. */
  readonly scale?: number
  /** What scrolls. */
  readonly area?: RefObject<HTMLDivElement | null>
}

/** The stages from left to right, each with its entry gate, its tasks and its exit gate; on phones below each other. */
export function PipelineCanvas({ scale = 1, area, ...props }: PipelineCanvasProps): ReactElement {
  const stages = listAt(props.pipeline, 'stages')
  const drag = useDragParts(props.onMove)
  return (
    <SideScroll label={props.label} className="ls-dots grow" {...(area && { area })}>
      <div {...drag.around} className="drawer:w-max">
        <ol
          className="flex items-start gap-3 p-4 max-drawer:flex-col drawer:p-6 drawer:pb-16"
          style={{ zoom: scale }}
        >
          {stages.map((stage, at) => (
            <Fragment key={at}>
              {at > 0 && (
                <li role="presentation" aria-hidden className="mt-24 text-ink-3 max-drawer:hidden">
                  <ArrowRight size={16} />
                </li>
              )}
              <StageColumn {...props} drag={drag} stage={stage} way={['stages', at]} />
            </Fragment>
          ))}
          {props.renderAfter !== undefined && <li>{props.renderAfter(['stages'])}</li>}
        </ol>
      </div>
    </SideScroll>
  )
}

type Inner = Omit<PipelineCanvasProps, 'scale' | 'area'> & {
  readonly way: Way
  readonly drag: DragParts
}

function StageColumn({ stage, ...props }: Inner & { readonly stage: Json }): ReactElement {
  const { way, drag, selected, onSelect, markOf } = props
  const part = { is: 'stage', way } as const
  return (
    <li
      {...drag.place(way, 'across')}
      className="relative w-72 rounded-3 border border-line bg-sunken p-3 max-drawer:w-full"
    >
      <DropLine drag={drag} way={way} axis="across" />
      <Grip drag={drag} way={way} className="top-4.5 left-3" />
      <button
        type="button"
        aria-pressed={selected === wayText(way)}
        onClick={() => onSelect(way)}
        className={`mb-2.5 flex w-full items-baseline gap-2 rounded-2 py-1 pr-1.5 text-left hover:bg-hover aria-pressed:bg-accent-tint ${drag.isOn ? 'pl-6' : 'pl-1.5'}`}
      >
        <span className="truncate text-14 font-heading">{titleOfPart(part, stage)}</span>
        <span className="truncate text-12 text-ink-2">{detailOfPart(part, stage)}</span>
        <Mark mark={markOf?.(way)} />
      </button>
      <Card {...props} is="gate" way={[...way, 'entry']} value={listAt(stage, 'entry')} />
      <Wire />
      <Tasks {...props} way={[...way, 'tasks']} tasks={listAt(stage, 'tasks')} />
      <Wire />
      <Card {...props} is="gate" way={[...way, 'exit']} value={listAt(stage, 'exit')} />
    </li>
  )
}

function Wire(): ReactElement {
  return <span aria-hidden className="mx-auto block h-3 w-px bg-line-strong" />
}

function Tasks({ tasks, ...props }: Inner & { readonly tasks: readonly Json[] }): ReactElement {
  const { way, drag, renderAfter } = props
  return (
    <div {...drag.place([...way, tasks.length], 'end')}>
      <ol>
        {tasks.map((task, at) => {
          const here = [...way, at]
          const isGroup = GROUPS.includes(textAt(task, 'kind'))
          return (
            <li key={at} {...drag.place(here, 'down')} className="relative pt-2 first:pt-0">
              <DropLine drag={drag} way={here} axis="down" isFirst={at === 0} />
              {isGroup ? (
                <Group {...props} way={here} value={task} />
              ) : (
                <Card {...props} is="task" way={here} value={task} />
              )}
            </li>
          )
        })}
      </ol>
      <DropLine drag={drag} way={[...way, tasks.length]} axis="end" />
      {renderAfter?.(way)}
    </div>
  )
}

function Group({ value, ...props }: Inner & { readonly value: Json }): ReactElement {
  const { way, drag, selected, onSelect, markOf } = props
  const kind = textAt(value, 'kind')
  return (
    <div className="relative rounded-3 border border-line-strong p-2">
      <Grip drag={drag} way={way} className="top-3 left-1.5" />
      <button
        type="button"
        aria-pressed={selected === wayText(way)}
        onClick={() => onSelect(way)}
        className={`mb-0.5 flex min-h-6 w-full items-center gap-2 rounded-1 pr-1 text-left text-12 text-ink-2 hover:bg-hover aria-pressed:bg-accent-tint ${drag.isOn ? 'pl-4' : 'pl-1'}`}
      >
        <span className="min-w-0 truncate">{textAt(value, 'name') || 'group'}</span>
        <span className="whitespace-nowrap text-ink-3">
          {kind === 'side_by_side' ? 'side by side' : 'one after another'}
        </span>
        <Mark mark={markOf?.(way)} />
      </button>
      <Tasks {...props} way={[...way, 'tasks']} tasks={listAt(value, 'tasks')} />
    </div>
  )
}

function Card({
  is,
  value,
  way,
  drag,
  selected,
  onSelect,
  markOf,
}: Inner & { readonly is: Part['is']; readonly value: Json }): ReactElement {
  const Icon = TASK_ICONS[textAt(value, 'kind')] ?? Waypoints
  const part = { is, way }
  const title = titleOfPart(part, value)
  const detail = detailOfPart(part, value)
  const isDragged = drag.isOn && is === 'task'
  const card = (
    <button
      type="button"
      data-part={wayText(way)}
      aria-pressed={selected === wayText(way)}
      onClick={() => onSelect(way)}
      onKeyDown={moveFocus}
      className={`flex min-h-12 w-full items-center gap-2.5 rounded-2 border border-line bg-surface py-1.5 pr-3 text-left shadow-1 hover:border-ink-4 aria-pressed:border-accent aria-pressed:ring-1 aria-pressed:ring-accent ${isDragged ? 'pl-6' : 'pl-3'}`}
    >
      {is === 'gate' ? (
        <GateGlyph state="not_reached" size={20} isDecoration />
      ) : (
        <span className="inline-flex size-7 shrink-0 items-center justify-center rounded-2 bg-hover text-ink-2">
          <Icon size={14} strokeWidth={1.85} aria-hidden />
        </span>
      )}
      <span className="min-w-0 grow">
        <span className="block truncate font-heading" title={title}>
          {title}
        </span>
        <span className="block truncate text-12 text-ink-2" title={detail}>
          {detail}
        </span>
      </span>
      <Mark mark={markOf?.(way)} />
    </button>
  )
  if (!isDragged) return card
  return (
    <div className="relative">
      {card}
      <Grip drag={drag} way={way} className="inset-y-0 left-1.5 items-center" />
    </div>
  )
}

/** Up and down go to the card before and after. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step === 0 || event.shiftKey) return
  const canvas = event.currentTarget.closest('[role=region]')
  const cards = [...(canvas?.querySelectorAll<HTMLElement>('[data-part]') ?? [])]
  const next = cards[cards.indexOf(event.currentTarget) + step]
  if (next === undefined) return
  event.preventDefault()
  event.stopPropagation()
  next.focus()
}

function Mark({ mark }: { readonly mark: PartMark | undefined }): ReactElement | null {
  if (mark === undefined) return null
  const look = mark.look === 'wrong' ? 'bg-fail-tint text-fail' : 'bg-accent-tint text-accent'
  return (
    <span className={`ml-auto shrink-0 rounded-1 px-1.5 text-11 font-name ${look}`}>
      {mark.word}
    </span>
  )
}
