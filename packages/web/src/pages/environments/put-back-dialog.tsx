import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { PlanStages } from '../../components/release/plan-stages.tsx'
import { useStartPlanned } from '../../components/release/use-start-planned.ts'
import { shortName } from '../../lib/address.ts'
import { api } from '../../lib/api.ts'
import type { InventoryRow } from '../../lib/inventory.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'

interface PutBackDialogProps {
  /** As it was when the person asked. */
  readonly row: InventoryRow
  readonly back: NonNullable<InventoryRow['putBack']>
  readonly onClose: () => void
}

/** Shows what would be deployed where, and what is left, and starts exactly that. */
export function PutBackDialog({ row, back, onClose }: PutBackDialogProps): ReactElement {
  const { environment, environmentTitle, application } = row
  const subject = {
    project: back.project,
    name: back.name,
    putBack: { environment, application },
  }
  const queries = useQueryClient()
  const plan = useQuery({
    queryKey: ['put back', environment, application],
    queryFn: () => api.makePlan(subject),
    // It is what the person reads before they start it; another one only when this is not the one any more.
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  })
  const start = useStartPlanned({
    onStarted: () => {
      onClose()
      return queries.invalidateQueries({ queryKey: ['inventory'] })
    },
    onRefused: () => plan.refetch(),
  })
  const { data } = plan
  return (
    <ActDialog
      title={`Put back ${shortName(application)} ${back.version} in ${environmentTitle}?`}
      detail={`A run of ${back.name} deploys it where it has drifted. What provably runs it is left as it is.`}
      size="wide"
      act="Start run"
      isReady={data !== undefined && !plan.isFetching}
      mutation={start}
      onClose={onClose}
      onAct={() => data !== undefined && start.mutate({ ...subject, plan: data.digest })}
    >
      {data === undefined ? (
        plan.error === null ? (
          <SkeletonRows />
        ) : (
          <Failure of={plan.error} />
        )
      ) : (
        <PlanStages plan={data} />
      )}
    </ActDialog>
  )
}
