import { Fragment, type KeyboardEvent, type ReactElement, type ReactNode } from 'react'
import {
  ArrowRight,
  Bell,
  Boxes,
  Camera,
  FlaskConical,
  Hammer,
  Hand,
  Hourglass,
  Rocket,
  SquareTerminal,
  Undo2,
  Waypoints,
  type LucideIcon,
} from 'lucide-react'
import { GateGlyph } from '../../ui/gate-glyph.tsx'
import { SideScroll } from '../../ui/side-scroll.tsx'
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

const ICONS: Readonly<Record<string, LucideIcon>> = {
  build: Hammer,
  test: FlaskConical,
  command: SquareTerminal,
  snapshot: Camera,
  deploy: Rocket,
  prepare: Boxes,
  rollback: Undo2,
  run_process: Boxes,
  run_pipeline: Waypoints,
  manual: Hand,
  notify: Bell,
  wait_for: Hourglass,
  wait: Hourglass,
}

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
}

/** The stages from left to right, each with its entry gate, its tasks and its exit gate; on phones below each other. */
export function PipelineCanvas(props: PipelineCanvasProps): ReactElement {
  const stages = listAt(props.pipeline, 'stages')
  return (
    <SideScroll label={props.label} className="ls-dots grow">
      <ol className="flex min-w-max items-start gap-3 p-4 max-drawer:min-w-0 max-drawer:flex-col drawer:p-6">
        {stages.map((stage, at) => (
          <Fragment key={at}>
            {at > 0 && (
              <li role="presentation" aria-hidden className="mt-24 text-ink-3 max-drawer:hidden">
                <ArrowRight size={16} />
              </li>
            )}
            <StageColumn {...props} stage={stage} way={['stages', at]} />
          </Fragment>
        ))}
        {props.renderAfter !== undefined && <li>{props.renderAfter(['stages'])}</li>}
      </ol>
    </SideScroll>
  )
}

type Inner = PipelineCanvasProps & { readonly way: Way }

function StageColumn({ stage, ...props }: Inner & { readonly stage: Json }): ReactElement {
  const { way, selected, onSelect, markOf } = props
  const part = { is: 'stage', way } as const
  return (
    <li className="w-72 rounded-3 border border-line bg-sunken p-3 max-drawer:w-full">
      <button
        type="button"
        aria-pressed={selected === wayText(way)}
        onClick={() => onSelect(way)}
        className="mb-2.5 flex w-full items-baseline gap-2 rounded-2 px-1.5 py-1 text-left hover:bg-hover aria-pressed:bg-accent-tint"
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
  const { way, renderAfter } = props
  return (
    <>
      <ol className="space-y-2">
        {tasks.map((task, at) => {
          const here = [...way, at]
          const isGroup = GROUPS.includes(textAt(task, 'kind'))
          return (
            <li key={at}>
              {isGroup ? (
                <Group {...props} way={here} value={task} />
              ) : (
                <Card {...props} is="task" way={here} value={task} />
              )}
            </li>
          )
        })}
      </ol>
      {renderAfter?.(way)}
    </>
  )
}

function Group({ value, ...props }: Inner & { readonly value: Json }): ReactElement {
  const { way, selected, onSelect, markOf } = props
  const kind = textAt(value, 'kind')
  return (
    <div className="rounded-3 border border-line-strong p-2">
      <button
        type="button"
        aria-pressed={selected === wayText(way)}
        onClick={() => onSelect(way)}
        className="mb-1.5 flex w-full items-center gap-2 rounded-1 px-1 text-left text-12 text-ink-2 hover:bg-hover aria-pressed:bg-accent-tint"
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
  selected,
  onSelect,
  markOf,
}: Inner & { readonly is: Part['is']; readonly value: Json }): ReactElement {
  const Icon = ICONS[textAt(value, 'kind')] ?? Waypoints
  const part = { is, way }
  const title = titleOfPart(part, value)
  const detail = detailOfPart(part, value)
  return (
    <button
      type="button"
      data-part={wayText(way)}
      aria-pressed={selected === wayText(way)}
      onClick={() => onSelect(way)}
      onKeyDown={moveFocus}
      className="flex min-h-12 w-full items-center gap-2.5 rounded-2 border border-line bg-surface px-3 py-1.5 text-left shadow-1 hover:border-ink-4 aria-pressed:border-accent aria-pressed:ring-1 aria-pressed:ring-accent"
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
