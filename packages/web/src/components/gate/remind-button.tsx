import { useMutation } from '@tanstack/react-query'
import { Bell } from 'lucide-react'
import type { ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import type { Gate } from '../../lib/waiting.ts'
import { useCommands } from '../../palette/command-registry.ts'
import { Button } from '../../ui/button.tsx'
import { reasonOf } from '../../ui/error-card.tsx'
import { useTell } from '../../ui/toast.tsx'

interface RemindButtonProps {
  readonly gate: Gate
  readonly isOnline: boolean
}

/** Writes once more to all who can still decide; the server refuses it when they were reminded within the hour. */
export function RemindButton({ gate: { id }, isOnline }: RemindButtonProps): ReactElement {
  const tell = useTell()
  const remind = useMutation({
    mutationFn: () => api.remindApprovers({ gate: id }),
    onSuccess: ({ told }) => tell({ title: `Reminded ${told.join(', ')}` }),
    onError: (error) => tell({ title: 'Not reminded', detail: reasonOf(error), state: 'failed' }),
  })
  useCommands([
    {
      id: 'remind approvers',
      group: 'Here',
      label: 'Remind those whom this gate waits for',
      icon: <Bell size={15} aria-hidden />,
      run: () => remind.mutate(),
    },
  ])
  return (
    <Button
      size="large"
      title="A mail to everybody who can still decide here"
      disabled={!isOnline}
      isBusy={remind.isPending}
      // The second tap of a double one would only be refused.
      onClick={({ detail }) => detail < 2 && remind.mutate()}
    >
      <Bell size={14} aria-hidden /> Remind them
    </Button>
  )
}
