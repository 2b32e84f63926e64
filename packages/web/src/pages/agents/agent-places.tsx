import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import type { Agent } from '../../lib/agents.ts'
import { api } from '../../lib/api.ts'
import { environmentsQuery, type Environment } from '../../lib/inventory.ts'
import { useCan } from '../../lib/session/can.ts'
import { useProjectChoice, type Project } from '../../lib/session/project-choice.ts'
import { whoMay } from '../../lib/session/who-may.ts'
import { Button } from '../../ui/button.tsx'
import { TitledCard } from '../../ui/card.tsx'
import { Failure } from '../../ui/failure.tsx'
import { MayNot } from '../../ui/may-not.tsx'
import { Select } from '../../ui/select.tsx'
import { useTell } from '../../ui/toast.tsx'

interface Place {
  /** `project`, or `project/environment`. */
  readonly address: string
  readonly project: Project['id']
  readonly environment: Environment['id'] | null
}

/** Where an agent may work; who may, assigns it here or takes it out. */
export function AgentPlaces({ agent }: { readonly agent: Agent }): ReactElement {
  const { allowed } = useCan('agent.assign', { on: 'system' })
  const { projects } = useProjectChoice()
  const { data: environments = [] } = useQuery(environmentsQuery)
  const places = listPlaces(projects, environments)
  const change = usePlaceChange(agent)
  return (
    <TitledCard title="Works in" count={agent.assignments.length}>
      <div className="space-y-3 p-3.5">
        {agent.assignments.length === 0 && (
          <p className="text-12 text-ink-2">Nowhere yet: it gets nothing to do.</p>
        )}
        <ul className="space-y-1">
          {agent.assignments.map((address) => {
            const place = places.find((one) => one.address === address)
            return (
              <li key={address} className="flex items-center justify-between gap-2">
                <span className="break-all">{address}</span>
                {allowed && place !== undefined && (
                  <Button
                    look="quiet"
                    size="icon"
                    aria-label={`Take it out of ${address}`}
                    isBusy={change.isPending}
                    onClick={() => change.mutate({ place, isIn: false })}
                  >
                    <X size={13} aria-hidden />
                  </Button>
                )}
              </li>
            )
          })}
        </ul>
        <Failure of={change.error} />
        {allowed ? (
          <Assign
            places={places.filter(({ address }) => !agent.assignments.includes(address))}
            isBusy={change.isPending}
            onAssign={(place) => change.mutate({ place, isIn: true })}
          />
        ) : (
          <MayNot>Assigning is for {whoMay('agent.assign', 'system')}.</MayNot>
        )}
      </div>
    </TitledCard>
  )
}

function Assign({
  places,
  isBusy,
  onAssign,
}: {
  readonly places: readonly Place[]
  readonly isBusy: boolean
  readonly onAssign: (place: Place) => void
}): ReactElement {
  const [address, setAddress] = useState('')
  const place = places.find((one) => one.address === address)
  return (
    <div className="flex items-end gap-2">
      <Select
        label="Project or environment"
        className="min-w-0 grow"
        value={place?.address ?? ''}
        options={[
          { value: '', label: 'Choose…' },
          ...places.map((one) => ({ value: one.address, label: one.address })),
        ]}
        onChange={setAddress}
      />
      <Button
        disabled={place === undefined}
        isBusy={isBusy}
        onClick={() => place && onAssign(place)}
      >
        Assign
      </Button>
    </div>
  )
}

function listPlaces(
  projects: readonly Project[],
  environments: readonly Environment[],
): readonly Place[] {
  return projects.flatMap(({ id, name }) => [
    { address: name, project: id, environment: null },
    ...environments
      .filter(({ project }) => project === name)
      .map((one) => ({ address: `${name}/${one.name}`, project: id, environment: one.id })),
  ])
}

interface PlaceChange {
  readonly place: Place
  readonly isIn: boolean
}

// oxlint-disable-next-line typescript/explicit-function-return-type -- the type of a mutation is made of its parts
function usePlaceChange({ id: agent, name }: Agent) {
  const queries = useQueryClient()
  const tell = useTell()
  const send = async ({ place: { project, environment }, isIn }: PlaceChange): Promise<void> => {
    const input = { agent, project, environment }
    await (isIn ? api.assignAgent(input) : api.unassignAgent(input))
    await queries.invalidateQueries({ queryKey: ['agents'] })
  }
  return useMutation({
    mutationFn: send,
    onSuccess: (_, change) => {
      const { address } = change.place
      tell({
        title: change.isIn ? `${name} works in ${address}` : `${name} is out of ${address}`,
        action: {
          label: change.isIn ? 'Take back' : 'Put back',
          run: () => void send({ place: change.place, isIn: !change.isIn }),
        },
      })
    },
  })
}
