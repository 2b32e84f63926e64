import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Ban, CircleSlash } from 'lucide-react'
import { useState, type ReactElement, type ReactNode } from 'react'
import type { Agent } from '../../lib/agents.ts'
import { api } from '../../lib/api.ts'
import { useCan } from '../../lib/session/can.ts'
import { whoMay } from '../../lib/session/who-may.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { Button } from '../../ui/button.tsx'
import { TitledCard } from '../../ui/card.tsx'
import { Failure } from '../../ui/failure.tsx'
import { MayNot } from '../../ui/may-not.tsx'
import { useTell } from '../../ui/toast.tsx'

/** Give an agent no new work, or shut it out for ever. */
export function AgentSteering({ agent }: { readonly agent: Agent }): ReactElement {
  const mayDrain = useCan('agent.drain', { on: 'system' }).allowed
  const mayEvict = useCan('agent.revoke', { on: 'system' }).allowed
  if (agent.state === 'revoked') {
    return (
      <TitledCard title="Steer">
        <p className="p-3.5 text-12 text-ink-2">
          It was evicted: its key is refused for ever. The host enrols anew under the same name.
        </p>
      </TitledCard>
    )
  }
  return (
    <TitledCard title="Steer">
      <div className="space-y-3 p-3.5">
        {mayDrain ? (
          <Drain agent={agent} />
        ) : (
          <MayNot>Draining is for {whoMay('agent.drain', 'system')}.</MayNot>
        )}
        <hr className="border-line" />
        {mayEvict ? (
          <Evict agent={agent} />
        ) : (
          <MayNot>Evicting is for {whoMay('agent.revoke', 'system')}.</MayNot>
        )}
      </div>
    </TitledCard>
  )
}

function Drain({ agent: { id, name, state } }: { readonly agent: Agent }): ReactElement {
  const queries = useQueryClient()
  const tell = useTell()
  // One that is drained and not there is shown as lost: both ways are offered then.
  const isDraining = state === 'draining'
  const drain = useMutation({
    mutationFn: async (draining: boolean) => {
      await api.drainAgent({ agent: id, draining })
      await queries.invalidateQueries({ queryKey: ['agents'] })
      return draining
    },
    onSuccess: (draining) =>
      tell({ title: draining ? `${name} gets nothing new` : `${name} gets work again` }),
  })
  return (
    <div className="space-y-2">
      <p className="text-12 text-ink-2">
        {isDraining
          ? 'It finishes what it holds and gets nothing new.'
          : 'Drain it before its host is taken down: it finishes what it holds and gets nothing new.'}
      </p>
      <div className="flex flex-wrap gap-2">
        {!isDraining && (
          <Button isBusy={drain.isPending} onClick={() => drain.mutate(true)}>
            Drain
          </Button>
        )}
        {(isDraining || state === 'lost') && (
          <Button isBusy={drain.isPending} onClick={() => drain.mutate(false)}>
            Give it work again
          </Button>
        )}
      </div>
      <Failure of={drain.error} />
    </div>
  )
}

function Evict({ agent }: { readonly agent: Agent }): ReactElement {
  const [isAsking, setIsAsking] = useState(false)
  const queries = useQueryClient()
  const tell = useTell()
  const { id, name, jobs } = agent
  const close = (): void => setIsAsking(false)
  const evict = useMutation({
    mutationFn: async () => {
      await api.revokeAgent({ agent: id })
      await queries.invalidateQueries({ queryKey: ['agents'] })
    },
    onSuccess: () => {
      close()
      tell({ title: `${name} is evicted`, state: 'aborted' })
    },
  })
  return (
    <>
      <Button look="danger" onClick={() => setIsAsking(true)}>
        Evict…
      </Button>
      {isAsking && (
        <ActDialog
          title={`Evict ${name}?`}
          act="Evict"
          leave="Keep it"
          isDrastic
          mutation={evict}
          onClose={close}
          onAct={() => evict.mutate()}
        >
          <ul className="space-y-2">
            <Consequence icon={<Ban size={15} aria-hidden />}>
              Its key is refused from now on, and for ever. The host can only enrol anew.
            </Consequence>
            <Consequence icon={<CircleSlash size={15} aria-hidden />}>
              {jobs === 0
                ? 'It holds no job now.'
                : `It loses ${jobs} ${jobs === 1 ? 'job' : 'jobs'}: what may be repeated is done elsewhere, of the rest a person says what became of it.`}
            </Consequence>
          </ul>
        </ActDialog>
      )}
    </>
  )
}

function Consequence({
  icon,
  children,
}: {
  readonly icon: ReactNode
  readonly children: ReactNode
}): ReactElement {
  return (
    <li className="flex items-start gap-2.5 text-ink-2">
      <span className="mt-0.5 flex text-ink-3">{icon}</span>
      {children}
    </li>
  )
}
