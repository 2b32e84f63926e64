import type { DefinitionDifference } from '@lockstep/contract'
import { TriangleAlert } from 'lucide-react'
import type { ReactElement } from 'react'
import type * as z from 'zod/mini'

type Difference = z.output<typeof DefinitionDifference>

const SIGNS = { added: '+', removed: '−', changed: '~' } as const
const WORDS = { added: 'added', removed: 'removed', changed: 'changed' } as const
const LOOKS = {
  added: 'bg-ok-tint text-ok',
  removed: 'bg-fail-tint text-fail',
  changed: 'bg-accent-tint text-accent',
} as const

/** What is different, line by line, with the way to each; what makes a gate weaker stands first. */
export function DifferenceLines({
  difference: { lines, weakens },
}: {
  readonly difference: Pick<Difference, 'lines' | 'weakens'>
}): ReactElement {
  if (lines.length === 0) return <p className="p-4 text-12 text-ink-2">Nothing is different.</p>
  return (
    <>
      {weakens.length > 0 && (
        <ul className="border-b border-line bg-wait-tint px-4 py-2 text-12 text-wait">
          {weakens.map((words) => (
            <li key={words} className="flex items-start gap-2">
              <TriangleAlert size={13} aria-hidden className="mt-0.5 shrink-0" />
              <span className="min-w-0 [overflow-wrap:anywhere]">{words}</span>
            </li>
          ))}
        </ul>
      )}
      <ul aria-label="Changes" className="divide-y divide-line">
        {lines.map(({ path, change, before, after }, at) => (
          <li key={at} className="flex items-start gap-3 px-4 py-2">
            <span
              className={`inline-flex size-5 shrink-0 items-center justify-center rounded-1 font-mono ${LOOKS[change]}`}
            >
              <span aria-hidden>{SIGNS[change]}</span>
              <span className="sr-only">{WORDS[change]}</span>
            </span>
            <span className="min-w-0">
              <span className="block font-mono text-11 [overflow-wrap:anywhere] text-ink-3">
                {path}
              </span>
              <span className="font-mono text-12 [overflow-wrap:anywhere]">
                {before !== null && <del className="text-ink-3">{before}</del>}
                {before !== null && after !== null && ' '}
                {after !== null && <ins className="no-underline">{after}</ins>}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
