import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { listLeftDrifted } from '@lockstep/domain'
import { useRef, useState, type ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { inventoryQuery, type InventoryRow } from '../../lib/inventory.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { TextArea } from '../../ui/field.tsx'
import { useTell } from '../../ui/toast.tsx'

interface AcceptDriftDialogProps {
  /** As it was when the person asked: exactly that is accepted, whatever runs by now. */
  readonly row: InventoryRow
  readonly onClose: () => void
}

/** Says what runs and what was wanted, bit for bit, and takes what runs as wanted. */
export function AcceptDriftDialog({ row, onClose }: AcceptDriftDialogProps): ReactElement {
  const { environment, application, component, resource, reported, wanted } = row
  const tell = useTell()
  const queries = useQueryClient()
  const first = useRef<HTMLTextAreaElement>(null)
  const [reason, setReason] = useState('')
  const now = useQuery(inventoryQuery())
  const left = listLeftDrifted(row, now.data?.items ?? [])
  const accept = useMutation({
    mutationFn: () =>
      api.reportInventory({
        environment,
        application,
        component,
        resource,
        runs: reported,
        accept: true,
        comment: reason,
      }),
    onSuccess: () => {
      tell({ title: `${resource} runs what is wanted` })
      onClose()
    },
    // Refused, something else runs by now: the page behind shows what.
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ['inventory'] })
      await queries.invalidateQueries({ queryKey: ['environment history', environment] })
    },
  })
  return (
    <ActDialog
      title={`Accept what ${resource} runs?`}
      detail={`It is what is wanted of ${component} there from now on. Nothing is deployed; the next deployment may want something else.`}
      act="Accept"
      isReady={reason.trim() !== '' && !now.isPending}
      mutation={accept}
      focusFirst={first}
      onClose={onClose}
      onAct={() => accept.mutate()}
    >
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-13">
        <Bits label="Runs" bits={reported} />
        <Bits label="Was wanted" bits={wanted} />
      </dl>
      {left.length > 0 && (
        <p className="text-13 [overflow-wrap:anywhere]">
          {left.map((one) => `${one.component} on ${one.resource}`).join(', ')}{' '}
          {left.length === 1 ? 'has' : 'have'} drifted too. Once this is accepted, nothing puts that
          back any more: a deployment brings one snapshot to every resource.
        </p>
      )}
      <TextArea
        ref={first}
        label="Why this is right"
        hint="It stays in the history and in the audit trail."
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ActDialog>
  )
}

function Bits({
  label,
  bits,
}: {
  readonly label: string
  readonly bits: InventoryRow['reported']
}): ReactElement {
  return (
    <>
      <dt className="text-ink-2">{label}</dt>
      <dd className="font-mono text-12 break-all">
        {bits === null ? (
          'nothing'
        ) : (
          <>
            {bits.version} <span className="text-ink-3">{bits.digest.slice(0, 19)}</span>
          </>
        )}
      </dd>
    </>
  )
}
