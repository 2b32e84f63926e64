import { getRouteApi } from '@tanstack/react-router'
import { ArrowDownToLine, ChevronsDownUp, Clock, Download, WrapText } from 'lucide-react'
import { useCallback, useMemo, useRef, useState, type ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { useIsWidth } from '../../lib/is-width.ts'
import { useKeys } from '../../lib/keys/use-keys.ts'
import { Button, buttonClasses } from '../../ui/button.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Segments } from '../../ui/tabs.tsx'
import { useTell } from '../../ui/toast.tsx'
import type { Job } from './find-step.ts'
import { LogFoot } from './log-foot.tsx'
import { createLogLines } from './log-lines.ts'
import type { LogPlace } from './log-queries.ts'
import { isComplete, remarkRows, rowsOf, stepTo, type LogOutline } from './log-rows.ts'
import { LogSearch } from './log-search.tsx'
import { LogView, type LogTarget, type LogViewHandle } from './log-view.tsx'
import { useFolds } from './use-folds.ts'
import { useHits } from './use-hits.ts'

const here = getRouteApi('/shell/runs/$run/steps/$step/log')
const GROUP = 'On this page'

interface LogPanelProps {
  readonly place: LogPlace
  readonly job: Job
  readonly outline: LogOutline
  /** The line of the address. */
  readonly selected: number | null
}

/** The log with its tools. One for each job: what is folded and fetched belongs to it. */
export function LogPanel({ place, job, outline, selected }: LogPanelProps): ReactElement {
  const { q = '', only } = here.useSearch()
  const navigate = here.useNavigate()
  const tell = useTell()
  const isPhone = useIsWidth('phone')
  const view = useRef<LogViewHandle>(null)
  const [hasTime, setHasTime] = useState(true)
  const [isWrapped, setIsWrapped] = useState(false)
  const [isFollowing, setIsFollowing] = useState(!outline.ended && selected === null)
  const [followedTo, setFollowedTo] = useState(outline.lines)
  const { run, job: jobId } = place
  const lines = useMemo(
    () =>
      createLogLines(async (from, count) => {
        const answer = await api.readJobLogLines({ run, job: jobId, from, count })
        return answer.lines
      }),
    [run, jobId],
  )
  const folds = useFolds(outline)
  const hits = useHits(place, q, isComplete(outline))
  const rows = useMemo(() => {
    if (only === 'errors') return remarkRows(outline.errors.found)
    if (only === 'warnings') return remarkRows(outline.warnings.found)
    return rowsOf(outline, folds.folded)
  }, [outline, only, folds.folded])

  const select = useCallback(
    (line: number) =>
      void navigate({
        hash: `L${line}`,
        search: true,
        replace: true,
        resetScroll: false,
        hashScrollIntoView: false,
      }),
    [navigate],
  )
  const search = useCallback(
    (words: string) =>
      void navigate({
        search: ({ q: _, ...rest }) => (words === '' ? rest : { ...rest, q: words }),
        hash: true,
        replace: true,
        resetScroll: false,
        hashScrollIntoView: false,
      }),
    [navigate],
  )
  const filter = (to: 'all' | 'errors' | 'warnings'): void =>
    void navigate({
      search: ({ only: _, ...rest }) => (to === 'all' ? rest : { ...rest, only: to }),
      hash: true,
      replace: true,
      resetScroll: false,
      hashScrollIntoView: false,
    })

  // A line that is asked for is shown: the groups around it open.
  const [target, setTarget] = useState<LogTarget>({ line: selected ?? firstTrouble(outline) })
  const show = (line: number): void => {
    folds.reveal(line)
    setIsFollowing(false)
    setTarget({ line })
  }
  const [seen, setSeen] = useState(selected)
  if (seen !== selected) {
    setSeen(selected)
    if (selected !== null) show(selected)
  }

  const goToRemark = (step: 1 | -1): void => {
    const found = only === 'warnings' ? outline.warnings.found : outline.errors.found
    const line = stepTo(
      found.map((one) => one.line),
      selected ?? (view.current?.firstLine() ?? 1) - (step === 1 ? 1 : 0),
      step,
    )
    if (line !== undefined) select(line)
  }
  const goToHit = (step: 1 | -1): void => {
    const line = hits.go(step, view.current?.firstLine() ?? 1)
    if (line === undefined) return
    if (!rows.isShown(line)) filter('all')
    show(line)
  }
  const copy = async (): Promise<void> => {
    const line = selected ?? hits.place?.line ?? view.current?.firstLine() ?? 1
    await navigator.clipboard.writeText(
      `${location.origin}${location.pathname}${location.search}#L${line}`,
    )
    tell({ title: `Link to line ${line} copied` })
  }
  const foldHere = (): void => {
    const line = selected ?? view.current?.firstLine() ?? 1
    const group = outline.groups.findLast(
      (one) => one.line <= line && line <= (one.through ?? Infinity),
    )
    if (group !== undefined) folds.toggle(group.line)
  }
  const moveLine = (step: 1 | -1): void => {
    const from = rows.rowOf(selected ?? view.current?.firstLine() ?? 1)
    const row = selected === null ? from : Math.min(rows.count - 1, Math.max(0, from + step))
    if (rows.count > 0) select(rows.lineAt(row))
  }
  useKeys([
    { keys: 'e', label: 'Next error', group: GROUP, run: () => goToRemark(1) },
    { keys: 'shift+e', label: 'Previous error', group: GROUP, run: () => goToRemark(-1) },
    { keys: 'n', label: 'Next hit', group: GROUP, run: () => goToHit(1) },
    { keys: 'shift+n', label: 'Previous hit', group: GROUP, run: () => goToHit(-1) },
    { keys: 'l', label: 'Copy the link to the line', group: GROUP, run: () => void copy() },
    { keys: 'f', label: 'Fold or open the group', group: GROUP, run: foldHere },
    { keys: 'j', label: 'Next line', group: GROUP, run: () => moveLine(1) },
    { keys: 'k', label: 'Previous line', group: GROUP, run: () => moveLine(-1) },
  ])
  const follow = (isAtEnd: boolean): void => {
    if (outline.ended) return
    if (!isAtEnd && isFollowing) setFollowedTo(outline.lines)
    setIsFollowing(isAtEnd)
  }
  const error = lines.error()
  return (
    <section aria-label="Log" className="flex min-h-0 min-w-0 grow flex-col">
      <header className="flex flex-wrap items-center gap-2 border-b border-line bg-surface px-3 py-2">
        <LogSearch hits={hits} onSearch={search} onStep={goToHit} />
        <Segments
          label="Lines"
          value={only ?? 'all'}
          onChange={filter}
          options={[
            { value: 'all', label: `All ${outline.lines.toLocaleString('en')}` },
            {
              value: 'warnings',
              label: <Counted state="warning" words="warnings" count={outline.warnings.count} />,
            },
            {
              value: 'errors',
              label: <Counted state="failed" words="errors" count={outline.errors.count} />,
            },
          ]}
        />
        <div className="ml-auto flex flex-wrap items-center gap-1">
          {!isPhone && (
            <>
              <Tool isOn={hasTime} onClick={() => setHasTime(!hasTime)}>
                <Clock size={14} aria-hidden /> Time
              </Tool>
              <Tool isOn={isWrapped} onClick={() => setIsWrapped(!isWrapped)}>
                <WrapText size={14} aria-hidden /> Wrap
              </Tool>
            </>
          )}
          {outline.groups.length > 0 && (
            <Button look="quiet" onClick={folds.toggleAll}>
              <ChevronsDownUp size={14} aria-hidden />
              <span className="max-drawer:sr-only">
                {folds.folded.size < outline.groups.length ? 'Fold all' : 'Open all'}
              </span>
            </Button>
          )}
          <Button look="quiet" onClick={() => view.current?.goToEnd()}>
            <ArrowDownToLine size={14} aria-hidden />{' '}
            <span className="max-drawer:sr-only">End</span>
          </Button>
          <a
            href={`/v1/runs/${run}/jobs/${jobId}/log/raw`}
            download
            className={buttonClasses({ look: 'quiet' })}
          >
            <Download size={14} aria-hidden /> <span className="max-drawer:sr-only">Raw</span>
          </a>
        </div>
      </header>
      {error !== undefined && <ErrorCard what="Lines could not be loaded" error={error} />}
      <LogView
        handle={view}
        target={target}
        label="Lines of the log"
        outline={outline}
        lines={lines}
        rows={rows}
        folded={folds.folded}
        selected={selected}
        hits={hits}
        hasTime={hasTime && !isPhone}
        isWrapped={isWrapped || isPhone}
        isFollowing={isFollowing}
        onFollow={follow}
        onSelect={select}
        onFold={folds.toggle}
      />
      <LogFoot
        job={job}
        outline={outline}
        newLines={isFollowing || outline.ended ? 0 : outline.lines - followedTo}
        onFollow={() => setIsFollowing(true)}
      />
    </section>
  )
}

/** Where somebody begins to read: at the first error of a log that has ended; null: at its begin, or at its end while it grows. */
function firstTrouble({ ended, state, errors }: LogOutline): number | null {
  return ended && state !== 'succeeded' ? (errors.found[0]?.line ?? null) : null
}

function Counted({
  state,
  words,
  count,
}: {
  readonly state: 'warning' | 'failed'
  readonly words: string
  readonly count: number
}): ReactElement {
  return (
    <span className="inline-flex items-center gap-1.5">
      <StateGlyph state={state} size={13} isDecoration />
      {count.toLocaleString('en')}
      <span className="sr-only">{words}</span>
    </span>
  )
}

function Tool({
  isOn,
  onClick,
  children,
}: {
  readonly isOn: boolean
  readonly onClick: () => void
  readonly children: React.ReactNode
}): ReactElement {
  return (
    <Button look="quiet" aria-pressed={isOn} onClick={onClick} className="aria-pressed:bg-active">
      {children}
    </Button>
  )
}
