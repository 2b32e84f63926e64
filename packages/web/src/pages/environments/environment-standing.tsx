import type { ReactElement, ReactNode } from 'react'
import type { Environment } from '../../lib/inventory.ts'
import { useNow } from '../../lib/now.ts'
import { Card, Section, TitledCard } from '../../ui/card.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { PlaceActionButton } from './place-actions.tsx'

/** Whether a freeze that was made by hand holds at this moment. */
export function isFrozenNow({ frozen }: Pick<Environment, 'frozen'>, now: number): boolean {
  if (frozen === null || Date.parse(frozen.from) > now) return false
  return frozen.until === null || Date.parse(frozen.until) > now
}

/** Whether it may change now: who holds it, who waits, what is frozen, with the actions. */
export function EnvironmentStanding({
  environment,
}: {
  readonly environment: Environment
}): ReactElement {
  const { lock, frozen, windows, freezes } = environment
  const now = useNow(60_000)
  const isOver = frozen?.until != null && Date.parse(frozen.until) <= now
  const isHeldByPerson = lock.state === 'held' && lock.since !== null
  return (
    <TitledCard title="May it change?">
      <div className="space-y-3 p-3.5">
        <Line state={lock.state === 'held' ? (isHeldByPerson ? 'on_hold' : 'running') : 'passed'}>
          {lock.state === 'free' ? (
            'Free: the next run gets it at once.'
          ) : (
            <>
              Held by <strong className="font-heading break-all">{lock.holder}</strong>
              {lock.since !== null && (
                <>
                  {' '}
                  since <Time at={lock.since} />
                </>
              )}
              {lock.reason !== null && <Said>{lock.reason}</Said>}
            </>
          )}
        </Line>
        {lock.queue.length > 0 && (
          <p className="pl-7 text-12 break-words text-ink-2">Then {lock.queue.join(', ')}.</p>
        )}
        <PlaceActionButton environment={environment} action={isHeldByPerson ? 'unlock' : 'lock'} />
        <hr className="border-line" />
        <Line state={frozen === null || isOver ? 'passed' : 'on_hold'}>
          {frozen === null || isOver ? (
            'Not frozen by hand.'
          ) : (
            <>
              Frozen from <Time at={frozen.from} />{' '}
              {frozen.until === null ? (
                'until somebody ends it'
              ) : (
                <>
                  until <Time at={frozen.until} />
                </>
              )}
              <Said>{frozen.reason}</Said>
            </>
          )}
        </Line>
        <PlaceActionButton
          environment={environment}
          action={frozen === null || isOver ? 'freeze' : 'unfreeze'}
        />
        {(windows.length > 0 || freezes.length > 0) && (
          <>
            <hr className="border-line" />
            <ul className="space-y-1 text-12 text-ink-2">
              {windows.map(({ name, when }) => (
                <li key={name} className="break-words">
                  Window {name}: {when}
                </li>
              ))}
              {freezes.map(({ name, from, until }) => (
                <li key={name} className="break-words">
                  Freeze {name}: {from} to {until}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </TitledCard>
  )
}

function Line({
  state,
  children,
}: {
  readonly state: 'passed' | 'running' | 'on_hold'
  readonly children: ReactNode
}): ReactElement {
  return (
    <div className="flex items-start gap-3">
      <span className="mt-0.5 flex">
        <StateGlyph state={state} size={15} isDecoration />
      </span>
      <div className="min-w-0 grow">{children}</div>
    </div>
  )
}

/** What somebody wrote, as they wrote it. */
function Said({ children }: { readonly children: string }): ReactElement {
  return <span className="block text-12 break-words text-ink-2">“{children}”</span>
}

type Tier = Environment['tiers'][number]

const KINDS: Readonly<Record<string, string>> = {
  hosts: 'hosts',
  fleet: 'devices',
  store: 'store track',
}

const COLUMNS: readonly Column<Tier>[] = [
  { key: 'name', head: 'Tier', cell: ({ name }) => <span className="font-name">{name}</span> },
  { key: 'kind', head: 'Kind', cell: ({ kind }) => KINDS[kind] ?? kind },
  {
    key: 'filled',
    head: 'Filled by',
    cell: ({ filledBy }) => <span className="font-mono text-12">{filledBy}</span>,
  },
]

/** What it is made of: its tiers, and the agents that may work in it. */
export function EnvironmentTiers({
  environment: { tiers, agents },
}: {
  readonly environment: Environment
}): ReactElement {
  return (
    <Section
      className="mt-6"
      title="Tiers"
      aside={
        agents.length === 0 ? 'no agent of its own' : `agents of its own: ${agents.join(', ')}`
      }
    >
      <Card>
        <Table
          label="Tiers of the environment"
          columns={COLUMNS}
          rows={tiers}
          rowKey={({ name }) => name}
        />
      </Card>
    </Section>
  )
}
