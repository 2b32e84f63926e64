// Stages from left to right with the gates between them, in an area that scrolls by itself.

import { Waypoints } from 'lucide-react'
import { memo, useMemo, useRef, type ReactElement, type ReactNode, type RefObject } from 'react'
import type { Run } from '../../lib/runs.ts'
import { StatePill } from '../../ui/pill.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Time } from '../../ui/time.tsx'
import { GateBar } from './gate-bar.tsx'
import { LaneCard, RowList, StageCard } from './lane-card.tsx'
import {
  applicationsOf,
  gateKey,
  laneOf,
  standOfStage,
  stepWords,
  togetherOf,
  wiresOf,
  type Stage,
} from './run-layout.ts'
import { TeamCard } from './team-card.tsx'
import { useInView, useIsNear } from './use-near.ts'
import { useRunSelection } from './use-run-search.ts'

/** With more stages, those far from what is seen are their headings alone. */
const ALL_DRAWN_MAX = 6

interface RunCanvasProps {
  readonly run: Run
  /** The name of the stage that is wide. */
  readonly focused: string | undefined
  readonly selectedGate: string | undefined
}

export function RunCanvas({ run, focused, selectedGate }: RunCanvasProps): ReactElement {
  const { selectGate } = useRunSelection()
  // The same list as long as it names the same: columns that have not changed are not drawn again.
  const names = applicationsOf(run).join(' ')
  const applications = useMemo(() => (names === '' ? [] : names.split(' ')), [names])
  const area = useRef<HTMLDivElement>(null)
  useInView(area, focused)
  const teams = run.brings.filter(({ passed }) => passed !== null)
  const bar = (stage: Stage, node: 'entry' | 'exit'): ReactElement | null =>
    stage[node].rules.length === 0 ? null : (
      <GateColumn
        stage={stage}
        node={node}
        isSelected={gateKey(stage, node) === selectedGate}
        onSelect={selectGate}
      />
    )
  return (
    <div
      ref={area}
      role="region"
      aria-label="Stages"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls can be scrolled by keys
      tabIndex={0}
      className="flex grow items-stretch gap-2 overflow-x-auto p-3 pb-5"
    >
      {teams.length > 0 && (
        <section aria-label="Team pipelines" className="flex w-39 shrink-0 flex-col">
          <ColumnHead
            title="Team pipelines"
            detail={`${teams.length} of ${run.brings.length} snapshots`}
          />
          <div className="grid grow auto-rows-fr gap-3">
            {teams.map((team) => (
              <Wired key={team.application} side="right" isPassed>
                <TeamCard brought={team} />
              </Wired>
            ))}
          </div>
        </section>
      )}
      {run.stages.map((stage, index) => (
        <div key={stage.name} className="contents">
          {bar(stage, 'entry')}
          <StageColumn
            area={area}
            isSmall={run.stages.length <= ALL_DRAWN_MAX}
            stage={stage}
            applications={applications}
            isFocused={stage.name === focused}
            isWiredBefore={wiresOf(run, index, teams.length > 0).before}
            isWiredBehind={wiresOf(run, index, teams.length > 0).behind}
          />
          {bar(stage, 'exit')}
        </div>
      ))}
    </div>
  )
}

function ColumnHead({
  title,
  detail,
}: {
  readonly title: string
  readonly detail: string
}): ReactElement {
  return (
    <header className="h-13.5 shrink-0">
      <h2 className="truncate text-13">{title}</h2>
      <p className="truncate text-12 text-ink-2">{detail}</p>
    </header>
  )
}

const GateColumn = memo(function GateColumn({
  stage,
  node,
  isSelected,
  onSelect,
}: {
  readonly stage: Stage
  readonly node: 'entry' | 'exit'
  readonly isSelected: boolean
  readonly onSelect: (gate: string) => void
}): ReactElement {
  const gate = { key: gateKey(stage, node), stage, node, line: stage[node] }
  return (
    <div className="flex shrink-0 flex-col">
      <div className="h-13.5 shrink-0" />
      <div className="flex grow">
        <GateBar gate={gate} isSelected={isSelected} onSelect={onSelect} />
      </div>
    </div>
  )
})

interface StageColumnProps {
  /** What scrolls: far from what is seen of it, a stage is its heading alone. */
  readonly area: RefObject<HTMLElement | null>
  readonly isSmall: boolean
  readonly stage: Stage
  readonly applications: readonly string[]
  readonly isFocused: boolean
  readonly isWiredBefore: boolean
  readonly isWiredBehind: boolean
}

const StageColumn = memo(function StageColumn({
  area,
  isSmall,
  stage,
  applications,
  isFocused,
  isWiredBefore,
  isWiredBehind,
}: StageColumnProps): ReactElement {
  const { focus } = useRunSelection()
  const column = useRef<HTMLElement>(null)
  const isNear = useIsNear(column, area, isSmall)
  const isAhead = stage.startedAt === null
  const isOnly = applications.length === 1
  const lanes = isNear ? applications.map((application) => laneOf(stage, application, isOnly)) : []
  const together = isNear && !isOnly ? togetherOf(stage) : []
  const hasLanes = lanes.some(({ rows }) => rows.length > 0)
  const { state, done, all } = standOfStage(stage)
  const waits = (['entry', 'exit'] as const).find((node) => stage[node].state === 'waiting')
  const isDone = stage.finishedAt !== null
  const isOpen = stage.entry.state === 'passed' || stage.entry.rules.length === 0
  return (
    <section
      ref={column}
      aria-label={stage.title}
      data-stage={stage.name}
      data-state={state}
      className={`flex shrink-0 flex-col ${isFocused ? 'grow basis-110' : 'w-44 grow'} ${hasLanes && together.length > 0 && isFocused ? 'min-w-96' : 'min-w-44'}`}
    >
      <header className="flex h-13.5 shrink-0 items-start gap-2">
        <div className="min-w-0 grow">
          <h2 className="text-13">
            <button
              type="button"
              onClick={() => focus(stage.name)}
              aria-pressed={isFocused}
              className="flex max-w-full items-center gap-2 rounded-1"
            >
              <StateGlyph state={state} size={16} />
              <span className="truncate">{stage.title}</span>
            </button>
          </h2>
          <p className="truncate text-12 text-ink-2">
            {stepWords({ done, all })}
            {stage.startedAt !== null && (
              <>
                {' · '}
                <Time at={stage.startedAt} />
                {isDone && (
                  <>
                    {' to '}
                    <Time at={stage.finishedAt ?? stage.startedAt} />
                  </>
                )}
              </>
            )}
          </p>
        </div>
        {waits !== undefined && isFocused && (
          <StatePill state="waiting">{waits} gate waits</StatePill>
        )}
      </header>
      <div className={`flex grow ${isFocused ? 'flex-row' : 'flex-col gap-3'}`}>
        {hasLanes && (
          <div className="grid min-w-0 grow basis-0 auto-rows-fr gap-3">
            {lanes.map((lane) => (
              <Wired
                key={lane.application}
                side={isWiredBefore ? 'left' : 'none'}
                isPassed={!isAhead && isOpen}
              >
                <LaneCard lane={lane} isAhead={isAhead} />
              </Wired>
            ))}
          </div>
        )}
        {hasLanes && together.length > 0 && isFocused && (
          <Merge lanes={lanes.length} isDone={lanesDone(stage)} />
        )}
        {together.length > 0 && (
          <Wired
            side={hasLanes && isFocused && isWiredBehind ? 'right' : 'none'}
            isPassed={!isAhead && lanesDone(stage)}
            className={isFocused ? 'grow basis-0' : ''}
          >
            <StageCard
              isAhead={isAhead}
              icon={<Waypoints size={14} aria-hidden className="text-ink-2" />}
              title={hasLanes ? 'Together' : 'Tasks'}
              aside={hasLanes ? `${lanes.length} apps` : undefined}
            >
              <RowList rows={together} />
            </StageCard>
          </Wired>
        )}
      </div>
    </section>
  )
})

/** A card with a piece of its lane towards the gate beside it. */
function Wired({
  side,
  isPassed,
  className = '',
  children,
}: {
  readonly side: 'left' | 'right' | 'none'
  readonly isPassed: boolean
  readonly className?: string
  readonly children: ReactNode
}): ReactElement {
  const colour = isPassed ? 'bg-ok-solid' : 'bg-line-strong'
  const at = side === 'left' ? '-left-2' : '-right-2'
  return (
    <div className={`relative min-w-0 *:h-full ${className}`}>
      {children}
      {side !== 'none' && (
        <span
          aria-hidden
          className={`absolute top-1/2 h-0.75! w-2 -translate-y-1/2 ${at} ${colour}`}
        />
      )}
    </div>
  )
}

function lanesDone(stage: Stage): boolean {
  return stage.tasks.every(
    ({ application, state }) =>
      application === null || state === 'succeeded' || state === 'skipped',
  )
}

/** Curves from the middle of each lane to what they do together. */
function Merge({
  lanes,
  isDone,
}: {
  readonly lanes: number
  readonly isDone: boolean
}): ReactElement {
  const colour = isDone ? 'var(--ls-ok-solid)' : 'var(--ls-line-strong)'
  return (
    <svg
      viewBox="0 0 100 100"
      preserveAspectRatio="none"
      aria-hidden
      className="w-7 shrink-0 self-stretch"
    >
      {Array.from({ length: lanes }, (_, lane) => {
        const from = (100 * (lane + 0.5)) / lanes
        const to = 50 + (lane - (lanes - 1) / 2) * 2
        return (
          <path
            key={lane}
            d={`M0 ${from} C60 ${from} 40 ${to} 100 ${to}`}
            fill="none"
            stroke={colour}
            strokeWidth="3"
            vectorEffect="non-scaling-stroke"
          />
        )
      })}
    </svg>
  )
}
