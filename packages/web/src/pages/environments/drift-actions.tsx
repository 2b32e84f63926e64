// What a person can do about drift, wherever it is shown.

import { useQuery } from '@tanstack/react-query'
import { can, type Permission, type Place } from '@lockstep/domain'
import { lazy, Suspense, useState, type ReactElement, type ReactNode } from 'react'
import type { InventoryRow } from '../../lib/inventory.ts'
import { rightsOf } from '../../lib/session/can.ts'
import { meQuery } from '../../lib/session/me.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { whoMay } from '../../lib/session/who-may.ts'
import { Button } from '../../ui/button.tsx'
import { MayNot } from '../../ui/may-not.tsx'

const PutBackDialog = lazy(() =>
  import('./put-back-dialog.tsx').then(({ PutBackDialog: it }) => ({ default: it })),
)
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
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = (): void => setAsked(null)
  const may = useMayOn()
  const mayAccept = (row: InventoryRow): boolean => may('inventory.report', row)
  const mayPutBack = ({ putBack }: InventoryRow): boolean =>
    putBack === null || may('run.start', { project: putBack.projectName })
  const denied = [
    ...(rows.every(mayPutBack) ? [] : [`To put it back is for ${whoMay('run.start')}.`]),
    ...(rows.every(mayAccept) ? [] : [`To accept drift is for ${whoMay('inventory.report')}.`]),
  ]
  return (
    <>
      {children(
        (row) => (
          <>
            {row.putBack !== null && mayPutBack(row) && (
              <Button onClick={() => setAsked({ act: 'put back', row })}>
                Put back {row.wanted?.version}…
                <span className="sr-only">
                  {' '}
                  of {row.component} on {row.resource}
                </span>
              </Button>
            )}
            {mayAccept(row) && (
              <Button look="quiet" onClick={() => setAsked({ act: 'accept', row })}>
                Accept…
                <span className="sr-only">
                  {' '}
                  what {row.resource} runs of {row.component}
                </span>
              </Button>
            )}
          </>
        ),
        denied.length === 0 ? null : <MayNot>{denied.join(' ')}</MayNot>,
      )}
      <Suspense>
        {asked?.act === 'accept' && <AcceptDriftDialog row={asked.row} onClose={close} />}
        {asked?.act === 'put back' && asked.row.putBack !== null && (
          <PutBackDialog row={asked.row} back={asked.row.putBack} onClose={close} />
        )}
      </Suspense>
    </>
  )
}

interface Asked {
  readonly act: 'put back' | 'accept'
  readonly row: InventoryRow
}

/** Whether the reader may do something in a project, or in an environment of it. */
function useMayOn(): (
  permission: Permission,
  where: { readonly project: string; readonly environment?: InventoryRow['environment'] },
) => boolean {
  const { data } = useQuery(meQuery)
  const { projects } = useProjectChoice()
  const rights = rightsOf(data ?? null)
  return (permission, { project: name, environment }) => {
    const project = projects.find((one) => one.name === name)?.id
    const place: Place =
      project === undefined
        ? { on: 'system' }
        : environment === undefined
          ? { on: 'project', project }
          : { on: 'environment', project, environment }
    return can(rights, permission, place).allowed
  }
}
