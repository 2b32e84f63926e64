import type { ReactElement } from 'react'
import { useNow } from '../../lib/now.ts'
import type { Run } from '../../lib/runs.ts'
import { Time } from '../../ui/time.tsx'
import { timelineOf, type TimeBar } from './run-timeline.ts'

const KINDS: Readonly<Record<TimeBar['kind'], string>> = {
  done: 'border-ok-line bg-ok-tint text-ok',
  running: 'border-run-line bg-run-tint text-run',
  waiting: 'border-wait-line bg-wait-solid',
  failed: 'border-fail-line bg-fail-tint text-fail',
  ahead: 'border-dashed border-line-strong text-ink-2',
}
const WORDS: Readonly<Record<TimeBar['kind'], string>> = {
  done: 'done',
  running: 'running',
  waiting: 'waits on a person',
  failed: 'failed',
  ahead: 'ahead',
}

/** When the stages of a run were, when it waited, and what comes next. */
export function RunTimeline({ run }: { readonly run: Run }): ReactElement {
  const now = useNow(1_000)
  const { bars, now: nowAt } = timelineOf(run, now)
  return (
    <section aria-label="Time line" className="shrink-0 px-3 pb-3">
      <ul className="relative h-5">
        {bars.map(({ key, title, kind, left, width }) => (
          <li
            key={key}
            title={`${title}, ${WORDS[kind]}`}
            className={`absolute inset-y-0 flex flex-wrap overflow-hidden rounded-1 border text-11 leading-4.5 ${KINDS[kind]}`}
            style={{ left: `${left}%`, width: `${width}%` }}
          >
            {/* A title that does not fit goes to the next line, out of sight, not to its first letters. */}
            <span aria-hidden className="h-full" />
            <span className={kind === 'waiting' ? 'sr-only' : 'px-1.5 whitespace-nowrap'}>
              {title}
            </span>
            <span className="sr-only"> {WORDS[kind]}</span>
          </li>
        ))}
        {nowAt !== null && (
          <li
            aria-hidden
            className="absolute -inset-y-1 w-px bg-ink"
            style={{ left: `${nowAt}%` }}
          />
        )}
      </ul>
      <p className="mt-1.5 flex justify-between gap-4 text-12 text-ink-2">
        <Time at={run.startedAt} />
        <span className="min-w-0 truncate" title={[...run.working, run.next].join('\n')}>
          {run.finishedAt === null ? (
            <>
              <span className="font-heading text-ink">
                now <Time at={now} />
              </span>
              {run.working[0] !== undefined && ` · ${run.working[0]}`}
              {run.working.length > 1 && ` and ${run.working.length - 1} more`}
              {' · next: '}
              {run.next}
            </>
          ) : (
            <Time at={run.finishedAt} />
          )}
        </span>
      </p>
    </section>
  )
}
