import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { AgentJob as AgentJobSchema } from '@lockstep/contract'
import { Server } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import type * as z from 'zod/mini'
import { Page, PageHeader } from '../../layout/page.tsx'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { shortName } from '../../lib/address.ts'
import type { Agent } from '../../lib/agents.ts'
import { Card, Section, TitledCard } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Part } from '../../ui/part.tsx'
import { StatePill } from '../../ui/pill.tsx'
import { shownStateOf } from '../../ui/state.ts'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Duration, Time } from '../../ui/time.tsx'
import { FoundPage } from '../not-found/found-page.tsx'
import { NotFoundPage } from '../not-found/not-found-page.tsx'
import { AgentPlaces } from './agent-places.tsx'
import { AgentSteering } from './agent-steering.tsx'
import { AGENT_STATES, agentJobsQuery, agentQuery } from './agents-query.ts'
import { Labels } from './labels.tsx'

const here = getRouteApi('/shell/agents/$agent')
const TRAIL = [{ label: 'Agents', to: '/agents' }]

/** One agent: whether it is there, where it may work, and what it was given to do. */
export function AgentPage(): ReactElement {
  const { agent: id } = here.useParams()
  const query = useQuery(agentQuery(id))
  return (
    <FoundPage
      noun="agent"
      query={query}
      thing={query.data}
      trail={TRAIL}
      missing={
        <NotFoundPage title="There is no such agent" list={{ to: '/agents', label: 'All agents' }}>
          It may work where you see nothing, or the link may be mistyped.
        </NotFoundPage>
      }
    >
      {(agent) => <OneAgent agent={agent} />}
    </FoundPage>
  )
}

function OneAgent({ agent }: { readonly agent: Agent }): ReactElement {
  const { name, state } = agent
  const { shown, words } = AGENT_STATES[state]
  return (
    <Page
      title={name}
      trail={TRAIL}
      live={null}
      header={
        <PageHeader
          title={
            <span className="flex items-center gap-2.5 break-all">
              <Server size={18} aria-hidden className="shrink-0 text-ink-3" /> {name}
            </span>
          }
          marks={<StatePill state={shown}>{words}</StatePill>}
          aside={
            agent.jobs === 0
              ? 'no job now'
              : `${agent.jobs} ${agent.jobs === 1 ? 'job' : 'jobs'} now`
          }
        />
      }
    >
      <div className="grid items-start gap-6 full:grid-cols-[minmax(0,1fr)_320px]">
        <Jobs agent={agent} />
        <div className="min-w-0 space-y-4">
          <TitledCard title="About">
            <dl className="space-y-2 p-3.5 text-12">
              <Fact name="Labels">
                <Labels of={agent.labels} />
              </Fact>
              <Fact name="Version">
                <span className="font-mono">{agent.version ?? 'not known'}</span>
              </Fact>
              <Fact name="Seen">
                {agent.lastSeenAt === null ? 'never' : <Time at={agent.lastSeenAt} />}
              </Fact>
              <Fact name="Enrolled">
                <Time at={agent.enrolledAt} />
              </Fact>
            </dl>
          </TitledCard>
          <AgentPlaces agent={agent} />
          <AgentSteering agent={agent} />
        </div>
      </div>
    </Page>
  )
}

function Fact({
  name,
  children,
}: {
  readonly name: string
  readonly children: ReactNode
}): ReactElement {
  return (
    <div className="flex items-start justify-between gap-4">
      <dt className="text-ink-2">{name}</dt>
      <dd className="min-w-0 text-right">{children}</dd>
    </div>
  )
}

function Jobs({ agent: { id, name } }: { readonly agent: Agent }): ReactElement {
  const query = useQuery(agentJobsQuery(id))
  return (
    <Section title="Jobs" count="newest first" className="min-w-0">
      <Card>
        <Part what="Jobs" query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="Nothing to see yet">
                What this agent was given to do appears here, as far as you may see the runs.
              </Empty>
            ) : (
              <Table
                label={`Jobs of ${name}`}
                columns={COLUMNS}
                rows={items}
                rowKey={({ id: job }) => job}
                isListOnPhone
              />
            )
          }
        </Part>
      </Card>
    </Section>
  )
}

type AgentJob = z.output<typeof AgentJobSchema>

const COLUMNS: readonly Column<AgentJob>[] = [
  {
    key: 'step',
    head: 'Step',
    cell: ({ state, title, component }) => (
      <span className="flex items-center gap-2">
        <StateGlyph state={shownStateOf(state)} size={14} />
        <span className="max-w-80 truncate font-name" title={title}>
          {title}
        </span>
        {component !== null && <span className="text-12 text-ink-3">{component}</span>}
      </span>
    ),
  },
  {
    key: 'run',
    head: 'Run',
    cell: ({ run, runAddress }) => (
      <ScreenLink
        to="/runs/$run"
        params={{ run }}
        className="whitespace-nowrap [a]:hover:underline"
      >
        {runAddress.split('/').slice(1).join(' #')}
      </ScreenLink>
    ),
  },
  {
    key: 'environment',
    head: 'Environment',
    cell: ({ environment }) =>
      environment === null ? (
        <span className="text-12 text-ink-3">a build or test</span>
      ) : (
        shortName(environment)
      ),
  },
  {
    key: 'attempt',
    head: 'Attempt',
    isNumber: true,
    cell: ({ attempt }) => attempt,
  },
  {
    key: 'took',
    head: 'Took',
    isNumber: true,
    cell: ({ startedAt, finishedAt }) =>
      startedAt === null ? '–' : <Duration from={startedAt} to={finishedAt} form="clock" />,
  },
  {
    key: 'ended',
    head: 'Ended',
    isNumber: true,
    cell: ({ finishedAt }) => (finishedAt === null ? 'not yet' : <Time at={finishedAt} />),
  },
]
