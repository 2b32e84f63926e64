import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { ApplicationIcon } from '../../components/application-icon.tsx'
import { api } from '../../lib/api.ts'
import { waitingQuery, type Gate } from '../../lib/waiting.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { reasonOf } from '../../ui/error-card.tsx'
import { TextArea } from '../../ui/field.tsx'
import { useTell } from '../../ui/toast.tsx'
import { VersionChange } from '../../ui/version-chip.tsx'
import { ofWhat, purposeOf } from './gate-words.ts'

/** Repeats what goes from which version to which, and approves exactly that. */
export function ApproveDialog({
  gate,
  onClose,
}: {
  readonly gate: Gate
  readonly onClose: () => void
}): ReactElement {
  const [comment, setComment] = useState('')
  const queries = useQueryClient()
  const tell = useTell()
  const approve = useMutation({
    mutationFn: () =>
      api.decideGate({
        gate: gate.id,
        decision: 'approve',
        covers: gate.covers ?? '',
        ...(comment === '' ? {} : { comment }),
      }),
    async onSuccess(now) {
      const back = (): void =>
        void api.withdrawDecision({ gate: gate.id }).then(() => queries.invalidateQueries())
      tell({
        title: 'Approved',
        detail: now.state === 'passed' ? 'The gate has passed' : `${gate.stage} ${gate.node} gate`,
        ...(now.can.withdraw ? { action: { label: 'Take back', run: back } } : {}),
      })
      onClose()
      await queries.invalidateQueries({ queryKey: waitingQuery.queryKey })
    },
  })
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Approve ${gate.stage} ${gate.node} gate`}
      detail={`${ofWhat(gate)}. ${purposeOf(gate)}.`}
      actions={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            look="primary"
            isBusy={approve.isPending}
            disabled={gate.covers === null}
            onClick={() => approve.mutate()}
          >
            Approve
          </Button>
        </>
      }
    >
      <ul className="divide-y divide-line border-line not-empty:border-y">
        {gate.brings.map(({ application, from, to }) => (
          <li key={application} className="flex flex-wrap items-center gap-2.5 py-2">
            <ApplicationIcon application={application} />
            <span className="grow font-name">{application}</span>
            <VersionChange from={from} to={to} />
          </li>
        ))}
      </ul>
      <TextArea
        label="Comment, kept as evidence"
        value={comment}
        maxLength={2000}
        onChange={(event) => setComment(event.currentTarget.value)}
        className="mt-4"
      />
      {approve.error !== null && (
        <p role="alert" className="mt-2 text-12 text-fail">
          {reasonOf(approve.error)}
        </p>
      )}
    </Dialog>
  )
}
