import type { ReactElement } from 'react'
import { Button } from '../../ui/button.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { shownStateOf } from '../../ui/state.ts'
import { Time } from '../../ui/time.tsx'
import type { Job } from './find-step.ts'
import type { LogOutline } from './log-rows.ts'

interface LogFootProps {
  readonly job: Job
  readonly outline: LogOutline
  /** Lines that came since the reader scrolled up. */
  readonly newLines: number
  readonly onFollow: () => void
}

/** How the log stands: it goes on, or how it ended; and the keys of the page. */
export function LogFoot({ job, outline, newLines, onFollow }: LogFootProps): ReactElement {
  return (
    <footer className="flex min-h-9 flex-wrap items-center gap-2 border-t border-line bg-sunken px-4 py-1 text-12 text-ink-2">
      <StateGlyph state={shownStateOf(job.state)} size={14} isDecoration />
      <span>{endWords(job, outline)}</span>
      {job.finishedAt !== null && <Time at={job.finishedAt} />}
      {!outline.whole && <span className="text-ink-3">· reading the rest of it…</span>}
      {newLines > 0 && (
        <Button size="small" onClick={onFollow}>
          Follow {newLines.toLocaleString('en')} new {newLines === 1 ? 'line' : 'lines'}
        </Button>
      )}
      <span className="ml-auto flex items-center gap-3 text-ink-3 max-rail:hidden">
        {KEYS.map(([key, words]) => (
          <span key={key} className="flex items-center gap-1.5">
            <Kbd>{key}</Kbd> {words}
          </span>
        ))}
      </span>
    </footer>
  )
}

const KEYS = [
  ['E', 'next error'],
  ['/', 'search'],
  ['L', 'copy link to line'],
  ['F', 'fold'],
] as const

function endWords({ state, exitCode, reason }: Job, { ended }: LogOutline): string {
  if (!ended) return state === 'running' ? 'runs, and the log grows' : state.replace('_', ' ')
  if (exitCode !== null) return `ended with code ${exitCode}`
  return reason ?? state
}
