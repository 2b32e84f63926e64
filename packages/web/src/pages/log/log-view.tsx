import { useVirtualizer } from '@tanstack/react-virtual'
import { judgeLine, plainLine } from '@lockstep/domain'
import {
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useSyncExternalStore,
  type ReactElement,
  type Ref,
} from 'react'
import type { Line, LogLines } from './log-lines.ts'
import { LogRow } from './log-row.tsx'
import { LogRuler } from './log-ruler.tsx'
import { remarkAt, type LogOutline, type LogRows } from './log-rows.ts'
import type { Hits } from './use-hits.ts'

const ROW_PX = 22
/** Drawn above and below what is in sight; with a screen of them there are about eighty rows. */
const OVERSCAN = 15
const AT_END_PX = 30

/** Where to go; the same line is gone to again when it is asked for again. */
export interface LogTarget {
  readonly line: number | null
}

export interface LogViewHandle {
  readonly goToEnd: () => void
  /** The first line in sight. */
  readonly firstLine: () => number
}

interface LogViewProps {
  readonly handle: Ref<LogViewHandle>
  readonly target: LogTarget
  readonly label: string
  readonly outline: LogOutline
  readonly lines: LogLines
  readonly rows: LogRows
  readonly folded: ReadonlySet<number>
  readonly selected: number | null
  readonly hits: Hits
  readonly hasTime: boolean
  readonly isWrapped: boolean
  readonly isFollowing: boolean
  readonly onFollow: (isFollowing: boolean) => void
  readonly onSelect: (line: number) => void
  readonly onFold: (group: number) => void
}

/** The lines in sight, of however many there are. */
export function LogView(props: LogViewProps): ReactElement {
  const { handle, target, label, outline, lines, rows, folded, selected, hits } = props
  const { hasTime, isWrapped, isFollowing, onFollow, onSelect, onFold } = props
  const scroller = useRef<HTMLDivElement>(null)
  useSyncExternalStore(lines.subscribe, lines.version)
  const virtual = useVirtualizer({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
  })
  const items = virtual.getVirtualItems()
  const shown = items.map(({ index }) => rows.lineAt(index))
  const [first, last] = [shown[0], shown.at(-1)]
  useEffect(() => {
    if (first !== undefined) lines.want(shown, outline.lines)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the lines between the first and the last follow from them
  }, [lines, first, last, rows, outline.lines])
  useEffect(() => {
    if (isFollowing && rows.count > 0) virtual.scrollToIndex(rows.count - 1, { align: 'end' })
  }, [virtual, isFollowing, rows.count])
  const reached = useRef<LogTarget>(null)
  useEffect(() => {
    const { line } = target
    if (reached.current === target || line === null || line > outline.lines) return
    reached.current = target
    virtual.scrollToIndex(rows.rowOf(line), { align: 'center' })
  }, [virtual, target, rows, outline.lines])
  useImperativeHandle(handle, () => ({
    goToEnd: () => virtual.scrollToIndex(rows.count - 1, { align: 'end' }),
    firstLine: () => rows.lineAt(Math.floor((scroller.current?.scrollTop ?? 0) / ROW_PX)),
  }))
  const groups = useMemo(
    () => new Map(outline.groups.map((group) => [group.line, group])),
    [outline.groups],
  )
  const hear = (): void => {
    const box = scroller.current
    if (box === null) return
    onFollow(box.scrollTop + box.clientHeight >= box.scrollHeight - AT_END_PX)
  }
  return (
    <div className="flex min-h-0 grow">
      <div
        ref={scroller}
        role="region"
        aria-label={label}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={hear}
        className="min-w-0 grow overflow-auto bg-surface font-mono text-12 -outline-offset-2"
      >
        <div className="relative" style={{ height: virtual.getTotalSize() }}>
          <div
            className={`absolute top-0 left-0 min-w-full ${isWrapped ? 'w-full' : 'w-max'}`}
            style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}
          >
            {items.map(({ index, key }) => {
              const number = rows.lineAt(index)
              const line = lines.lineAt(number)
              return (
                <div key={key} data-index={index} ref={isWrapped ? virtual.measureElement : null}>
                  <LogRow
                    number={number}
                    line={line}
                    look={lookOf(outline, number, line)}
                    group={groups.get(number)}
                    isFolded={folded.has(number)}
                    isSelected={selected === number}
                    words={hits.words}
                    currentHit={hits.place?.line === number ? hits.place.index : null}
                    hasTime={hasTime}
                    isWrapped={isWrapped}
                    onSelect={onSelect}
                    onFold={onFold}
                  />
                </div>
              )
            })}
          </div>
        </div>
      </div>
      <LogRuler
        rows={rows}
        errors={useMemo(() => outline.errors.found.map(({ line }) => line), [outline])}
        warnings={useMemo(() => outline.warnings.found.map(({ line }) => line), [outline])}
        hits={hits.lines}
        onGo={(row) => virtual.scrollToIndex(row, { align: 'center' })}
      />
    </div>
  )
}

/** An error, a warning, or what belongs to one. Of very many the outline names only the first; the others say so themselves. */
function lookOf(
  { errors, warnings }: LogOutline,
  number: number,
  line: Line | undefined,
): 'error' | 'warning' | 'plain' {
  if (remarkAt(errors.found, number) !== undefined) return 'error'
  if (remarkAt(warnings.found, number) !== undefined) return 'warning'
  const unnamed = errors.count > errors.found.length || warnings.count > warnings.found.length
  if (!unnamed || line === undefined) return 'plain'
  const { kind } = judgeLine(plainLine(line.text))
  return kind === 'error' || kind === 'warning' ? kind : 'plain'
}
