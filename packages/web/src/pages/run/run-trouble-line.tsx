import type { ReactElement } from 'react'
import type { Run } from '../../lib/runs.ts'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { listTroubles } from './run-trouble.ts'
import { useRunSelection } from './use-run-search.ts'

/** What has gone wrong first, and what comes next: the whole of it is in the panel that it opens. */
export function RunTroubleLine({ run }: { readonly run: Run }): ReactElement | null {
  const { selectGate, selectTask } = useRunSelection()
  const [first, ...more] = listTroubles(run)
  if (first === undefined) return null
  const { where, reason, state, at } = first
  const open = (): void =>
    'task' in at ? selectTask(at.task, at.step) : selectGate(`${at.stage}.${at.node}`)
  return (
    <div
      role="status"
      className={`flex items-center gap-2.5 border-b px-5 py-1 text-12 max-drawer:-mx-4 max-drawer:mb-4 max-drawer:px-4 max-drawer:first:-mt-4 ${LOOKS[state === 'unknown' ? 'unknown' : 'failed']}`}
    >
      <StateGlyph state={state} size={16} />
      <button
        type="button"
        title={reason}
        onClick={open}
        className="min-h-6 min-w-0 grow truncate text-left hover:underline max-drawer:min-h-11 max-drawer:whitespace-normal"
      >
        <span className="font-heading">{where}:</span>{' '}
        <span className="max-drawer:line-clamp-3">
          {more.length > 0 ? reason.replace(/\.$/, '') : reason}
        </span>
        {more.length > 0 && ` · and ${more.length} more`}
      </button>
      {/* While it goes on, the time line says so at its end; on a phone it is said below. */}
      {run.finishedAt !== null && (
        <span className="shrink-0 text-ink-2 max-drawer:hidden">Next: {run.next}</span>
      )}
    </div>
  )
}

const LOOKS = {
  failed: 'border-fail-line bg-fail-tint text-fail',
  unknown: 'border-wait-line bg-wait-tint text-wait',
} as const
