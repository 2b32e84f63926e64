import type { ReactElement } from 'react'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import type { ShownState } from '../../ui/state.ts'
import { Time } from '../../ui/time.tsx'
import type { ApplicationCell } from './inventory-matrix.ts'
import { runWords } from './resource-rows.ts'

const TINTS: Partial<Record<ShownState, string>> = {
  drifted: 'border-drift-line bg-drift-tint text-drift',
  unknown: 'border-wait-line bg-wait-tint text-wait',
}

interface MatrixCellProps {
  readonly application: string
  /** The column that it is in: keys that go from row to row stay there. */
  readonly column?: string | undefined
  readonly cell: ApplicationCell
  readonly isSelected: boolean
  readonly onSelect: () => void
}

/** Glyph and version; below, when it came and what brought it. Tinted only when something is not in order. */
export function MatrixCell({
  application,
  column,
  cell,
  isSelected,
  onSelect,
}: MatrixCellProps): ReactElement {
  const [version] = cell.versions
  const tint = TINTS[cell.state] ?? 'border-line bg-surface'
  const detail = TINTS[cell.state] === undefined ? 'text-ink-3' : ''
  return (
    <button
      type="button"
      data-row={column}
      aria-pressed={isSelected}
      onClick={onSelect}
      className={`flex min-h-10.5 w-full min-w-40 items-center gap-2.5 rounded-2 border px-2.5 py-1 text-left hover:border-line-strong aria-pressed:border-accent aria-pressed:ring-1 aria-pressed:ring-accent ${tint}`}
    >
      <span className="sr-only">
        {application} in {cell.environment.title}:{' '}
      </span>
      <StateGlyph state={cell.state} size={14} />
      <span className="min-w-0 break-words">
        <span className="block font-mono text-12 leading-4 font-heading">
          {version ?? 'nothing'}
          {cell.mixed.length > 0 && (
            <span className={`font-normal ${detail}`}> and {cell.mixed.join(', ')}</span>
          )}
        </span>
        <span className={`block max-w-52 truncate text-11 ${detail}`}>
          <Time at={cell.since} />, {runWords(cell.putBy)}
        </span>
      </span>
    </button>
  )
}
