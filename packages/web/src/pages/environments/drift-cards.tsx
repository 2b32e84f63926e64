import type { ReactElement, ReactNode } from 'react'
import type { InventoryRow } from '../../lib/inventory.ts'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { DriftActions } from './drift-actions.tsx'

/** What is not in order: a resource that runs what nobody deployed, or of which nobody knows what it runs. */
export function DriftCards({
  rows,
  isPast,
}: {
  readonly rows: readonly InventoryRow[]
  /** As it was: nothing is done about that any more. */
  readonly isPast: boolean
}): ReactElement {
  const drifted = rows.filter(({ drift, unknown }) => drift && !unknown)
  const lost = rows.filter(({ unknown }) => unknown)
  return (
    <>
      {isPast ? (
        drifted.map((row) => <DriftCard key={keyOf(row)} row={row} />)
      ) : (
        <DriftActions rows={drifted}>
          {(actionsOf, note) => (
            <>
              {drifted.map((row) => (
                <DriftCard key={keyOf(row)} row={row}>
                  {actionsOf(row)}
                </DriftCard>
              ))}
              {note !== null && <div className="mb-3">{note}</div>}
            </>
          )}
        </DriftActions>
      )}
      {lost.map((row) => (
        <section
          key={keyOf(row)}
          aria-label={`${row.component} on ${row.resource} is unknown`}
          className="mb-3 rounded-3 border border-wait-line bg-wait-tint p-3"
        >
          <h2 className="flex items-center gap-2 text-13 break-all">
            <StateGlyph state="unknown" size={16} isDecoration /> Nobody knows what {row.resource}{' '}
            runs
          </h2>
          <p className="mt-1 text-12 break-words text-ink-2">
            Contact was lost while {row.component} was being changed.
          </p>
        </section>
      ))}
    </>
  )
}

function DriftCard({
  row,
  children,
}: {
  readonly row: InventoryRow
  /** What can be done about it. */
  readonly children?: ReactNode
}): ReactElement {
  const { resource, component, reported, wanted, notPutBack } = row
  return (
    <section
      aria-label={`Drift of ${component} on ${resource}`}
      className="mb-3 rounded-3 border border-drift-line bg-drift-tint p-3"
    >
      <h2 className="flex items-center gap-2 text-13 break-all">
        <StateGlyph state="drifted" size={16} isDecoration /> {resource} has drifted
      </h2>
      <p className="mt-1 text-12 break-words text-ink-2">
        {component} runs <span className="font-mono">{reported?.version ?? 'nothing'}</span>, and{' '}
        {reported?.version === wanted?.version ? (
          'other bits under that name were wanted.'
        ) : (
          <>
            <span className="font-mono">{wanted?.version ?? 'nothing'}</span> was wanted.
          </>
        )}
      </p>
      {notPutBack !== null && <p className="mt-1 text-12 break-words text-ink-2">{notPutBack}</p>}
      {children !== undefined && (
        <div className="mt-2 flex flex-wrap items-center gap-2 empty:hidden">{children}</div>
      )}
    </section>
  )
}

function keyOf({ application, resource, component }: InventoryRow): string {
  return `${application} ${resource} ${component}`
}
