import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api } from '../../lib/api.ts'
import { useTell } from '../../ui/toast.tsx'

type Subject = Parameters<typeof api.startRun>[0]

/** Starts exactly the plan that was shown, tells it, and offers the run. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type of a mutation is made by the library
export function useStartPlanned({
  onStarted,
  onRefused,
}: {
  readonly onStarted: () => unknown
  /** Such as: the plan is not the one any more. */
  readonly onRefused?: () => unknown
}) {
  const tell = useTell()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: (planned: Subject & { readonly plan: string }) => api.startRun(planned),
    onSuccess: ({ id, name, number }) => {
      tell({
        title: `Started ${name} #${number}`,
        state: 'running',
        action: {
          label: 'Open',
          run: () => void navigate({ to: '/runs/$run', params: { run: id } }),
        },
      })
      return onStarted()
    },
    ...(onRefused && { onError: onRefused }),
  })
}
