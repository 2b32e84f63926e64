import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { thingPart } from '../../lib/address.ts'
import { definitionsQuery } from '../../lib/definitions.ts'
import type { Run } from '../../lib/runs.ts'
import { Card, Section } from '../../ui/card.tsx'
import { GateGlyph } from '../../ui/gate-glyph.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import type { GateLine } from './run-layout.ts'
import type { RunTabProps } from './run-tabs.tsx'

/** What the run was planned from: the revisions that it keeps, its parameters, and its stages as they were defined. */
export function RunDefinition({ run }: RunTabProps): ReactElement {
  const parameters = Object.entries(run.parameters)
  return (
    <div className="grid grid-cols-1 gap-6 full:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <Section title="Stages">
        <Card>
          <ol className="divide-y divide-line">
            {run.stages.map((stage) => (
              <li key={stage.name} className="px-3.5 py-3">
                <h3 className="text-13">
                  {stage.title}{' '}
                  {stage.environment !== null && (
                    <span className="font-normal text-ink-3">in {stage.environment}</span>
                  )}
                </h3>
                <GateRules name="Entry gate" gate={stage.entry} />
                <p className="mt-1.5 text-12 text-ink-2">
                  {stage.tasks.map(({ title }) => title).join(' · ')}
                </p>
                <GateRules name="Exit gate" gate={stage.exit} />
              </li>
            ))}
          </ol>
        </Card>
      </Section>
      <div className="flex flex-col gap-6">
        <Section title="Revisions that this run keeps" count={run.revisions.length}>
          <Card>
            <Table
              label="Revisions"
              columns={COLUMNS}
              rows={run.revisions}
              rowKey={({ kind, name }) => `${kind} ${name}`}
            />
          </Card>
        </Section>
        {parameters.length > 0 && (
          <Section title="Parameters">
            <Card>
              <dl className="divide-y divide-line">
                {parameters.map(([name, value]) => (
                  <div key={name} className="flex flex-wrap gap-x-4 px-3.5 py-2">
                    <dt className="w-40 text-ink-2">{name}</dt>
                    <dd className="min-w-0 font-mono text-12 break-all">{value}</dd>
                  </div>
                ))}
              </dl>
            </Card>
          </Section>
        )}
        <p className="text-12 break-all text-ink-3">
          Plan <span className="font-mono">{run.plan}</span>
        </p>
      </div>
    </div>
  )
}

function GateRules({
  name,
  gate,
}: {
  readonly name: string
  readonly gate: GateLine
}): ReactElement | null {
  if (gate.rules.length === 0) return null
  return (
    <p className="mt-1.5 flex items-start gap-1.5 text-12 text-ink-2">
      <GateGlyph state="not_reached" size={14} isDecoration />
      <span>
        {name}: {gate.rules.map(({ name: rule, by }) => [rule, ...by].join(', ')).join(' · ')}
      </span>
    </p>
  )
}

type Used = Run['revisions'][number]

const COLUMNS: readonly Column<Used>[] = [
  { key: 'name', head: 'Definition', cell: (used) => <DefinitionName used={used} /> },
  { key: 'revision', head: 'Revision', cell: ({ revision }) => `rev ${revision}` },
  {
    key: 'digest',
    head: 'Digest',
    cell: ({ digest }) => (
      <span className="font-mono text-11 text-ink-3" title={digest}>
        {digest.slice(7, 19)}
      </span>
    ),
  },
  { key: 'newest', head: 'Since then', cell: (used) => <Newest used={used} /> },
]

function DefinitionName({ used }: { readonly used: Used }): ReactElement {
  const [project = '', name = ''] = used.name.split('/')
  const words = (
    <>
      <span className="text-ink-3">{used.kind}</span> {used.name}
    </>
  )
  const part = thingPart({ project, name })
  const className = 'whitespace-nowrap'
  if (used.kind === 'pipeline') {
    return (
      <ScreenLink to="/pipelines/$pipeline" params={{ pipeline: part }} className={className}>
        {words}
      </ScreenLink>
    )
  }
  if (used.kind === 'application') {
    return (
      <ScreenLink to="/apps/$app/model" params={{ app: part }} className={className}>
        {words}
      </ScreenLink>
    )
  }
  return <span className={className}>{words}</span>
}

const KINDS = ['application', 'environment', 'pipeline', 'release'] as const

/** Whether the definition has changed since; the run keeps what it began with. */
function Newest({ used }: { readonly used: Used }): ReactElement {
  const kind = KINDS.find((one) => one === used.kind) ?? 'pipeline'
  const { data } = useQuery(definitionsQuery(kind))
  const now = data?.find(({ project, name }) => `${project}/${name}` === used.name)
  if (data === undefined) return <></>
  if (now === undefined) return <span className="text-ink-3">not there any more</span>
  return now.revision === used.revision ? (
    <span className="text-ink-3">the same</span>
  ) : (
    <span className="text-wait">rev {now.revision} is newer</span>
  )
}
