import type { ReactElement } from 'react'
import type { InventoryRow } from '../../lib/inventory.ts'
import { StateGlyph } from '../../ui/state-glyph.tsx'

/** What is not in order: a resource that runs what nobody deployed, or of which nobody knows what it runs. */
export function DriftCards({ rows }: { readonly rows: readonly InventoryRow[] }): ReactElement {
  const drifted = rows.filter(({ drift, unknown }) => drift && !unknown)
  const lost = rows.filter(({ unknown }) => unknown)
  return (
    <>
      {drifted.map((row) => (
        <section
          key={`${row.application} ${row.resource} ${row.component}`}
          aria-label="Drift"
          className="mb-3 rounded-3 border border-drift-line bg-drift-tint p-3"
        >
          <h3 className="flex items-center gap-2 text-13 break-all">
            <StateGlyph state="drifted" size={16} isDecoration /> {row.resource} has drifted
          </h3>
          <p className="mt-1 text-12 break-words text-ink-2">
            {row.component} runs{' '}
            <span className="font-mono">{row.reported?.version ?? 'nothing'}</span>, and{' '}
            <span className="font-mono">{row.wanted?.version ?? 'nothing'}</span> was wanted. A
            deployment of {row.wanted?.version ?? 'it'} puts it back.
          </p>
        </section>
      ))}
      {lost.map((row) => (
        <section
          key={`${row.application} ${row.resource} ${row.component}`}
          aria-label="Unknown"
          className="mb-3 rounded-3 border border-wait-line bg-wait-tint p-3"
        >
          <h3 className="flex items-center gap-2 text-13 break-all">
            <StateGlyph state="unknown" size={16} isDecoration /> Nobody knows what {row.resource}{' '}
            runs
          </h3>
          <p className="mt-1 text-12 break-words text-ink-2">
            Contact was lost while {row.component} was being changed.
          </p>
        </section>
      ))}
    </>
  )
}
