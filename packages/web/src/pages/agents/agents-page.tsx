import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Plus, Server } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import { Page } from '../../layout/page.tsx'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { agentsQuery, type Agent } from '../../lib/agents.ts'
import { countOnline } from '../../lib/count-online.ts'
import { useRowKeys } from '../../lib/keys/use-row-keys.ts'
import { useCan } from '../../lib/session/can.ts'
import { whoMay } from '../../lib/session/who-may.ts'
import { useCommands } from '../../palette/command-registry.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { MayNot } from '../../ui/may-not.tsx'
import { Part } from '../../ui/part.tsx'
import { Segments } from '../../ui/tabs.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { AGENT_STATES } from './agents-query.ts'
import { EnrolDialog } from './enrol-dialog.tsx'
import { Labels } from './labels.tsx'

const here = getRouteApi('/shell/agents')

/** What works on hosts: who is there, what they hold, and where they may work. */
export function AgentsPage(): ReactElement {
  const { q = '', evicted = false } = here.useSearch()
  const navigate = here.useNavigate()
  const query = useQuery(agentsQuery)
  const [isEnrolling, setIsEnrolling] = useState(false)
  const { allowed } = useCan('agent.enrol', { on: 'system' })
  const list = useRowKeys<HTMLDivElement>()
  useCommands(
    allowed
      ? [
          {
            id: 'enrol an agent',
            group: 'Change',
            label: 'Enrol an agent…',
            run: () => setIsEnrolling(true),
          },
        ]
      : [],
  )
  const change = (next: { q?: string; evicted?: boolean }): void => {
    void navigate({
      search: (old) => {
        const words = next.q ?? old.q ?? ''
        return {
          ...(words !== '' && { q: words }),
          ...((next.evicted ?? old.evicted ?? false) && { evicted: true as const }),
        }
      },
      replace: true,
    })
  }
  const present = query.data?.filter(({ state }) => state !== 'revoked') ?? []
  const { online, all: known } = countOnline(present)
  return (
    <Page
      title="Agents"
      detail={query.data && `${online} of ${known} online`}
      live={null}
      actions={
        allowed && (
          <Button look="primary" onClick={() => setIsEnrolling(true)}>
            <Plus size={14} aria-hidden /> Enrol an agent…
          </Button>
        )
      }
    >
      <div className="mb-4 flex flex-wrap items-center gap-2">
        <FilterBar
          placeholder="Name, label or place"
          value={q}
          onChange={(words) => change({ q: words })}
        />
        <Segments
          label="Which agents"
          value={evicted ? 'all' : 'present'}
          options={[
            { value: 'present', label: 'Present' },
            { value: 'all', label: 'Also evicted' },
          ]}
          onChange={(value) => change({ evicted: value === 'all' })}
        />
      </div>
      {!allowed && (
        <div className="mb-4">
          <MayNot>Enrolling agents is for {whoMay('agent.enrol', 'system')}.</MayNot>
        </div>
      )}
      <Part what="Agents" query={query}>
        {(all) => {
          const shown = (evicted ? all : present).filter((agent) => fits(agent, q))
          return (
            <Card>
              {shown.length > 0 ? (
                <div ref={list}>
                  <Table
                    label="Agents"
                    columns={COLUMNS}
                    rows={shown.toSorted((a, b) =>
                      a.name.localeCompare(b.name, 'en', { numeric: true }),
                    )}
                    rowKey={({ id }) => id}
                    isListOnPhone
                  />
                </div>
              ) : q === '' ? (
                <Empty title="No agents yet" picture={<Server size={22} aria-hidden />}>
                  An agent runs on each host that builds, tests or takes software. It asks this
                  server for work; nothing connects to it.
                </Empty>
              ) : (
                <Empty
                  title={`Nothing fits “${q}”`}
                  actions={<Button onClick={() => change({ q: '' })}>Clear the filter</Button>}
                >
                  The filter looks for names, labels, projects and environments.
                </Empty>
              )}
            </Card>
          )
        }}
      </Part>
      {isEnrolling && <EnrolDialog onClose={() => setIsEnrolling(false)} />}
    </Page>
  )
}

function fits({ name, labels, assignments, state }: Agent, words: string): boolean {
  const wanted = words.trim().toLowerCase()
  return [name, ...labels, ...assignments, AGENT_STATES[state].words].some((text) =>
    text.toLowerCase().includes(wanted),
  )
}

const COLUMNS: readonly Column<Agent>[] = [
  {
    key: 'name',
    head: 'Agent',
    cell: ({ id, name, state }) => (
      <span className="flex items-center gap-2 whitespace-nowrap">
        <StateGlyph state={AGENT_STATES[state].shown} size={14} isDecoration />
        <ScreenLink
          to="/agents/$agent"
          params={{ agent: id }}
          className="font-mono text-12 font-heading hover:underline"
          isRow
        >
          {name}
        </ScreenLink>
      </span>
    ),
  },
  {
    key: 'state',
    head: 'State',
    cell: ({ state }) => <span className="whitespace-nowrap">{AGENT_STATES[state].words}</span>,
  },
  { key: 'labels', head: 'Labels', cell: ({ labels }) => <Labels of={labels} /> },
  {
    key: 'places',
    head: 'Works in',
    cell: ({ assignments }) =>
      assignments.length === 0 ? (
        <span className="text-12 text-ink-3">nothing yet</span>
      ) : (
        <span className="text-12">{assignments.join(', ')}</span>
      ),
  },
  {
    key: 'jobs',
    head: 'Jobs now',
    isNumber: true,
    cell: ({ jobs }) => jobs,
  },
  {
    key: 'version',
    head: 'Version',
    cell: ({ version }) => <span className="font-mono text-12">{version ?? '–'}</span>,
  },
  {
    key: 'seen',
    head: 'Seen',
    isNumber: true,
    cell: ({ lastSeenAt }) => (lastSeenAt === null ? 'never' : <Time at={lastSeenAt} />),
  },
]
