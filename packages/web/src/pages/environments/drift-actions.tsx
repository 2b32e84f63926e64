// What a person can do about drift, wherever it is shown.

import { useQuery } from '@tanstack/react-query'
import { can, type Permission } from '@lockstep/domain'
import { lazy, Suspense, useState, type ReactElement, type ReactNode } from 'react'
import type { InventoryRow } from '../../lib/inventory.ts'
import { rightsOf } from '../../lib/session/can.ts'
import { meQuery } from '../../lib/session/me.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { whoMay } from '../../lib/session/who-may.ts'
import { Button } from '../../ui/button.tsx'
import { MayNot } from '../../ui/may-not.tsx'

const AcceptDriftDialog = lazy(() =>
  import('./accept-drift-dialog.tsx').then(({ AcceptDriftDialog: it }) => ({ default: it })),
)

interface DriftActionsProps {
  /** What has drifted. */
  readonly rows: readonly InventoryRow[]
  /** Shows the rows, each with its actions; `note` says once who may do what the reader may not. */
  readonly children: (
    actionsOf: (row: InventoryRow) => ReactElement,
    note: ReactElement | null,
  ) => ReactNode
}

/** Gives each row its actions. A dialog stays open, with what it was asked for, whatever an agent finds meanwhile. */
export function DriftActions({ rows, children }: DriftActionsProps): ReactElement {
  const [accepted, setAccepted] = useState<InventoryRow | null>(null)
  const may = useMayOn()
  const mayAccept = (row: InventoryRow): boolean => may('inventory.report', row)
  return (
    <>
      {children(
        (row) => (
          <>
            {mayAccept(row) && (
              <Button look="quiet" onClick={() => setAccepted(row)}>
                Accept…
                <span className="sr-only">
                  {' '}
                  what {row.resource} runs of {row.component}
                </span>
              </Button>
            )}
          </>
        ),
        rows.every(mayAccept) ? null : (
          <MayNot>To accept drift is for {whoMay('inventory.report')}.</MayNot>
        ),
      )}
      <Suspense>
        {accepted !== null && (
          <AcceptDriftDialog row={accepted} onClose={() => setAccepted(null)} />
        )}
      </Suspense>
    </>
  )
}

/** Whether the reader may do something in the environment of a row. */
function useMayOn(): (permission: Permission, row: InventoryRow) => boolean {
  const { data } = useQuery(meQuery)
  const { projects } = useProjectChoice()
  const rights = rightsOf(data ?? null)
  return (permission, { project: name, environment }) => {
    const project = projects.find((one) => one.name === name)?.id
    const place = project && ({ on: 'environment', project, environment } as const)
    return can(rights, permission, place ?? { on: 'system' }).allowed
  }
}
