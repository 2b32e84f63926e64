import { ChevronDown, ChevronRight } from 'lucide-react'
import { memo, type ReactElement } from 'react'
import { shortDuration } from './short-duration.ts'
import { partsOf, type LinePart } from './line-parts.ts'
import type { Line } from './log-lines.ts'
import type { LogGroup } from './log-rows.ts'

export interface LogRowProps {
  readonly number: number
  /** undefined: not fetched yet. */
  readonly line: Line | undefined
  readonly look: 'error' | 'warning' | 'plain'
  /** Of the line that begins a group. */
  readonly group: LogGroup | undefined
  readonly isFolded: boolean
  readonly isSelected: boolean
  readonly words: string
  /** Which hit of this line is the current one. */
  readonly currentHit: number | null
  readonly hasTime: boolean
  readonly isWrapped: boolean
  readonly onSelect: (line: number) => void
  readonly onFold: (group: number) => void
}

const LOOKS = {
  error: 'bg-fail-tint border-l-fail-solid',
  warning: 'bg-wait-tint border-l-wait-solid',
  plain: 'border-l-transparent',
} as const
const NUMBERS = { error: 'text-fail', warning: 'text-wait', plain: 'text-ink-3' } as const

/** One line: its number, its time, its text. The one that begins a group folds it. */
export const LogRow = memo(function LogRow(props: LogRowProps): ReactElement {
  const { number, line, look, group, isSelected, hasTime, isWrapped, onSelect } = props
  return (
    <div
      data-line={number}
      aria-current={isSelected ? 'location' : undefined}
      className={`flex min-h-5.5 w-full border-l-3 ${LOOKS[look]} ${group === undefined ? '' : 'border-y border-y-line bg-sunken'} ${isSelected ? 'outline-2 -outline-offset-2 outline-accent' : ''}`}
    >
      <a
        href={`#L${number}`}
        tabIndex={-1}
        aria-label={`Line ${number}`}
        onClick={(event) => {
          event.preventDefault()
          onSelect(number)
        }}
        className={`w-14 shrink-0 pr-3 text-right leading-5.5 select-none hover:underline ${NUMBERS[look]}`}
      >
        {number}
      </a>
      {hasTime && (
        <span className="w-17 shrink-0 leading-5.5 text-ink-3 select-none">
          {line?.ms == null ? '' : sinceBegin(line.ms)}
        </span>
      )}
      {group === undefined ? (
        <span
          dir="ltr"
          className={`grow pr-4 pl-5 leading-5.5 [tab-size:4] ${isWrapped ? 'min-w-0 [overflow-wrap:anywhere] whitespace-pre-wrap' : 'whitespace-pre'}`}
        >
          {line === undefined ? (
            <span className="ls-late inline-block h-2 w-40 rounded-1 bg-active" aria-hidden />
          ) : (
            <Parts {...props} text={line.text} />
          )}
        </span>
      ) : (
        <GroupHead {...props} group={group} />
      )}
    </div>
  )
})

function GroupHead({
  group,
  isFolded,
  onFold,
}: LogRowProps & { readonly group: LogGroup }): ReactElement {
  const Icon = isFolded ? ChevronRight : ChevronDown
  const { line, through, marker, tookMs } = group
  const lines = through === null ? null : through - line - (marker === null ? 0 : 1)
  return (
    <button
      type="button"
      aria-expanded={!isFolded}
      onClick={() => onFold(line)}
      className="flex grow items-center gap-1.5 pr-4 text-left whitespace-pre hover:bg-hover"
    >
      <Icon size={13} aria-hidden className="shrink-0 text-ink-3" />
      <span className="font-heading">{group.title}</span>
      <span className="text-ink-3">
        {lines !== null && `${lines.toLocaleString('en')} ${lines === 1 ? 'line' : 'lines'}`}
        {tookMs !== null && `, ${shortDuration(tookMs)}`}
      </span>
    </button>
  )
}

const TONES: Readonly<Record<LinePart['tone'], string>> = {
  ink: '',
  faint: 'text-ink-3',
  fail: 'text-fail',
  ok: 'text-ok',
  wait: 'text-wait',
  run: 'text-run',
}

function Parts({
  text,
  words,
  currentHit,
}: Pick<LogRowProps, 'words' | 'currentHit'> & { readonly text: string }): ReactElement {
  return (
    <>
      {partsOf(text, words).map(({ text: letters, tone, isBold, hit }, at) => {
        const classes = `${TONES[tone]} ${isBold ? 'font-heading' : ''}`
        return hit === null ? (
          <span key={at} className={classes}>
            {letters}
          </span>
        ) : (
          <mark
            key={at}
            className={`rounded-1 ${hit === currentHit ? 'bg-wait-solid text-on-ink' : `bg-wait-tint ring-1 ring-wait-line ${tone === 'ink' ? 'text-ink' : classes}`}`}
          >
            {letters}
          </mark>
        )
      })}
    </>
  )
}

/** `1:08.3` since the job began. */
function sinceBegin(ms: number): string {
  const tenths = Math.floor(ms / 100)
  const [h, m, s] = [
    Math.floor(tenths / 36_000),
    Math.floor(tenths / 600) % 60,
    (tenths % 600) / 10,
  ]
  const seconds = s.toFixed(1).padStart(4, '0')
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${seconds}` : `${m}:${seconds}`
}
