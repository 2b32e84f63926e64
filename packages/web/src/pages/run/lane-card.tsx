import { createElement, memo, type ReactElement, type ReactNode } from 'react'
import { iconOf } from '../../components/application-icon.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Duration } from '../../ui/time.tsx'
import type { Lane, LaneRow } from './run-layout.ts'
import { useRunSelection, useSelectedRow } from './use-run-search.ts'

/** What one application does in a stage. */
export const LaneCard = memo(function LaneCard({
  lane,
  isAhead,
}: {
  readonly lane: Lane
  readonly isAhead: boolean
}): ReactElement {
  const { application, rows, resources, agents } = lane
  return (
    <StageCard
      isAhead={isAhead}
      icon={<LaneIcon application={application} />}
      title={application}
      aside={resources > 0 ? (resources === 1 ? '1 host' : `${resources} hosts`) : undefined}
      foot={agents.length === 0 ? undefined : agentWords(agents)}
    >
      {rows.length === 0 ? (
        <p className="px-3 py-1.5 text-12 text-ink-3">Nothing to do here.</p>
      ) : (
        <RowList rows={rows} />
      )}
    </StageCard>
  )
})

/** Without the tile of other places: a lane of a stage far off is narrow, and its name matters more. */
function LaneIcon({ application }: { readonly application: string }): ReactElement {
  return createElement(iconOf(application), {
    size: 14,
    strokeWidth: 1.85,
    'aria-hidden': true,
    className: 'shrink-0 text-ink-2',
  })
}

function agentWords(agents: readonly string[]): string {
  return agents.length === 1 ? `agent ${agents[0]}` : `${agents.length} agents`
}

interface StageCardProps {
  readonly icon: ReactNode
  readonly title: string
  readonly aside?: string | undefined
  readonly foot?: string | undefined
  /** Its stage has not begun. */
  readonly isAhead: boolean
  readonly children: ReactNode
}

export function StageCard({
  icon,
  title,
  aside,
  foot,
  isAhead,
  children,
}: StageCardProps): ReactElement {
  return (
    <div
      role="group"
      aria-label={title}
      className={`flex h-full min-w-0 flex-col rounded-3 border ${isAhead ? 'border-dashed border-line-strong bg-sunken' : 'border-line bg-surface shadow-1'}`}
    >
      <header
        className={`@container flex min-h-8 items-center gap-2 border-b px-2.5 py-1 ${isAhead ? 'border-dashed border-line-strong' : 'border-line'}`}
      >
        {icon}
        <h3 className="min-w-0 grow truncate text-13" title={title}>
          {title}
        </h3>
        {aside !== undefined && (
          // Where the stage is narrow, its name matters more. Only the head is measured: a stage has many rows.
          <span className="hidden text-12 whitespace-nowrap text-ink-3 @min-[168px]:inline">
            {aside}
          </span>
        )}
      </header>
      <div className="grow py-1.5">{children}</div>
      {foot !== undefined && <p className="truncate px-3 pb-2 text-12 text-ink-3">{foot}</p>}
    </div>
  )
}

/** About as many as a window shows; with more, those out of sight are not drawn, which costs a layer for each that is. */
const ROWS_IN_SIGHT = 60
const FAR_ROW = '[contain-intrinsic-size:auto_28px] [content-visibility:auto]'

/** The steps of a lane; each opens the panel. */
export function RowList({ rows }: { readonly rows: readonly LaneRow[] }): ReactElement {
  const { selectTask } = useRunSelection()
  const selected = useSelectedRow(rows)
  const isLong = rows.length > ROWS_IN_SIGHT
  return (
    <ul>
      {rows.map((row) => {
        return (
          <li key={`${row.task} ${row.step}`} className={isLong ? FAR_ROW : ''}>
            <button
              type="button"
              data-task={row.task}
              data-step={row.step ?? undefined}
              data-state={row.state}
              aria-pressed={row === selected}
              onClick={() => selectTask(row.task, row.step)}
              className="flex min-h-7 w-full items-center gap-2 px-2.5 py-0.5 text-left hover:bg-hover aria-pressed:bg-accent-tint max-drawer:min-h-11"
            >
              <StateGlyph state={row.state} size={14} />
              <span className="min-w-0 grow truncate" title={row.title}>
                {row.title}
              </span>
              <span className="text-12 text-ink-3">
                {row.startedAt !== null && row.state !== 'skipped' ? (
                  <Duration from={row.startedAt} to={row.finishedAt} form="clock" />
                ) : row.state === 'skipped' ? (
                  'skipped'
                ) : null}
              </span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
