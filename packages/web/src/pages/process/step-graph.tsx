import {
  FileCode2,
  Hourglass,
  PackageOpen,
  Terminal,
  Timer,
  Waypoints,
  type LucideIcon,
} from 'lucide-react'
import {
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
} from 'react'
import type { StepDefinition } from '@lockstep/define/check'
import { ZoomBox } from '../../ui/zoom-box.tsx'
import { layoutSteps, NODE, type StepLayout } from './layout-steps.ts'
import { neighbourOf } from './neighbour-of.ts'
import { stepDetail } from './step-words.ts'

const ICONS: Readonly<Record<StepDefinition['kind'], LucideIcon>> = {
  artifact: PackageOpen,
  command: Terminal,
  script: FileCode2,
  component_step: Waypoints,
  wait_for: Hourglass,
  wait: Timer,
}

/** What is said about a step beside what it is. */
export interface StepDress {
  /** At the right of its node. */
  readonly aside?: ReactNode
  /** In the line below its name, at the right. */
  readonly mark?: ReactNode
  /** The bar at its foot. */
  readonly bar?: ReactNode
  readonly look?: 'faint' | 'dashed'
}

export type EdgeLook = 'passed' | 'added' | 'removed' | undefined

interface StepGraphProps {
  readonly steps: readonly StepDefinition[]
  readonly label: string
  readonly renderDress?: (step: string) => StepDress | undefined
  readonly edgeLookOf?: (from: string, to: string) => EdgeLook
  /** What its marks mean, in a corner. */
  readonly legend?: ReactNode
  readonly selected: string | undefined
  readonly onSelect: (step: string | undefined) => void
}

/** The steps of a process from top to bottom. It pans in its own area; arrow keys follow the edges. */
export function StepGraph({
  steps,
  label,
  renderDress,
  edgeLookOf,
  legend,
  selected,
  onSelect,
}: StepGraphProps): ReactElement {
  const [percent, setPercent] = useState(100)
  const scrolled = useRef<HTMLDivElement>(null)
  const graph = useMemo(() => layoutSteps(steps), [steps])
  const area = useRef<HTMLOListElement>(null)
  const scale = percent / 100
  const byName = new Map(steps.map((step) => [step.name, step]))
  const follow = (event: KeyboardEvent, name: string): void => {
    const to = neighbourOf(graph, name, event.key)
    if (to === undefined) return
    event.preventDefault()
    event.stopPropagation()
    area.current?.querySelector<HTMLElement>(`[data-step="${CSS.escape(to)}"]`)?.focus()
  }
  return (
    <div className="relative flex min-h-80 grow flex-col border-t border-line">
      {legend !== undefined && (
        <div className="absolute top-3 left-4 z-1 rounded-3 border border-line bg-surface px-3 py-2 text-12 text-ink-2 shadow-1 max-drawer:static max-drawer:m-2">
          {legend}
        </div>
      )}
      <div className="absolute top-3 right-4 z-1 max-drawer:static max-drawer:m-2 max-drawer:self-end">
        <ZoomBox percent={percent} area={scrolled} onZoom={setPercent} />
      </div>
      <div
        ref={scrolled}
        role="region"
        aria-label={`Steps of ${label}`}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        tabIndex={0}
        className="ls-dots relative min-h-0 grow overflow-auto bg-sunken"
      >
        <div
          className="relative mx-auto"
          style={{ width: graph.width * scale, height: graph.height * scale }}
        >
          <ol
            ref={area}
            className="absolute top-0 left-0 origin-top-left"
            style={{ width: graph.width, height: graph.height, transform: `scale(${scale})` }}
          >
            <Edges graph={graph} selected={selected} lookOf={edgeLookOf} />
            {graph.steps.map(({ name, x, y }) => {
              const step = byName.get(name)
              if (step === undefined) return null
              return (
                <li key={name} className="absolute" style={{ left: x, top: y }}>
                  <StepNode
                    step={step}
                    dress={renderDress?.(name)}
                    isSelected={name === selected}
                    onSelect={() => onSelect(name === selected ? undefined : name)}
                    onKeyDown={(event) => follow(event, name)}
                  />
                </li>
              )
            })}
          </ol>
        </div>
      </div>
    </div>
  )
}

const EDGES: Readonly<Record<NonNullable<EdgeLook>, string>> = {
  passed: 'var(--ls-ok-solid)',
  added: 'var(--ls-ok-solid)',
  removed: 'var(--ls-fail-solid)',
}

function Edges({
  graph,
  selected,
  lookOf,
}: {
  readonly graph: StepLayout
  readonly selected: string | undefined
  readonly lookOf: StepGraphProps['edgeLookOf']
}): ReactElement {
  return (
    <li role="presentation" aria-hidden className="pointer-events-none absolute inset-0">
      <svg width={graph.width} height={graph.height} fill="none" className="overflow-visible">
        {graph.edges.map(({ from, to, path }) => {
          const look = lookOf?.(from, to)
          const isNear = from === selected || to === selected
          return (
            <path
              key={`${from} ${to}`}
              data-edge={`${from} → ${to}`}
              data-look={look}
              d={path}
              strokeWidth={2.4}
              stroke={
                look !== undefined
                  ? EDGES[look]
                  : isNear
                    ? 'var(--ls-accent)'
                    : 'var(--ls-idle-solid)'
              }
              {...(look === 'removed' ? { strokeDasharray: '5 5' } : {})}
            />
          )
        })}
      </svg>
    </li>
  )
}

interface StepNodeProps {
  readonly step: StepDefinition
  readonly dress: StepDress | undefined
  readonly isSelected: boolean
  readonly onSelect: () => void
  readonly onKeyDown: (event: KeyboardEvent) => void
}

function StepNode({ step, dress, isSelected, onSelect, onKeyDown }: StepNodeProps): ReactElement {
  const Icon = ICONS[step.kind]
  const isAlways = 'always' in step && step.always
  const isDashed = isAlways || dress?.look === 'dashed'
  return (
    <button
      type="button"
      data-step={step.name}
      aria-pressed={isSelected}
      onClick={onSelect}
      onKeyDown={onKeyDown}
      style={NODE}
      className={`relative flex items-center gap-2.5 overflow-hidden rounded-2 border border-line-strong px-2.5 text-left shadow-1 hover:border-ink-4 aria-pressed:border-accent aria-pressed:ring-1 aria-pressed:ring-accent ${isDashed ? 'border-dashed' : ''} ${dress?.look === undefined ? 'bg-surface' : 'bg-sunken'}`}
    >
      <span className="inline-flex size-7 shrink-0 items-center justify-center rounded-2 bg-hover text-ink-2">
        <Icon size={14} strokeWidth={1.85} aria-hidden />
      </span>
      <span className="min-w-0 grow">
        <span className="block truncate font-heading" title={step.name}>
          {step.name}
        </span>
        <span className="flex items-center gap-2">
          <span className="min-w-0 grow truncate text-12 text-ink-2" title={stepDetail(step)}>
            {isAlways && <span className="text-ink-3">always · </span>}
            {stepDetail(step)}
          </span>
          {step.needs.length > 0 && <span className="sr-only">after {step.needs.join(', ')}</span>}
          {dress?.mark}
        </span>
      </span>
      {dress?.aside}
      {dress?.bar}
    </button>
  )
}
