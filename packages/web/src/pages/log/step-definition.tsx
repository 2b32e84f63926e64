import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { thingPart } from '../../lib/address.ts'
import type { Run } from '../../lib/runs.ts'
import { Card, Section } from '../../ui/card.tsx'
import { Part } from '../../ui/part.tsx'
import type { FoundStep } from './find-step.ts'
import { stepQuery, type StepDetail } from './step-query.ts'

interface StepDefinitionProps {
  readonly run: Run
  readonly step: FoundStep['step']
}

type Link = StepDetail['links'][number]
type Variable = Link['variables'][number]

/** What the step was told to do: as the run keeps it, with parameters filled in. Secrets are their names. */
export function StepDefinition({ run, step }: StepDefinitionProps): ReactElement {
  const query = useQuery(stepQuery(run.id, run.root, step.id))
  return (
    <Part what="The definition" query={query}>
      {({ settings, variables, links }) => (
        <div className="grid grid-cols-1 gap-6 full:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
          <Section title="What is done" count="on each resource, in this order">
            <ol className="space-y-3">
              {links.map((link, at) => (
                <li key={link.name}>
                  <DoneLink link={link} at={at} />
                </li>
              ))}
            </ol>
          </Section>
          <div className="space-y-6">
            <Section title="Settings">
              <Card>
                <Facts of={settings} />
              </Card>
            </Section>
            {variables.length > 0 && (
              <Section title="Variables" count="of every command">
                <Card>
                  <Facts of={variables.map(factOf)} />
                </Card>
              </Section>
            )}
            <Kept run={run} />
          </div>
        </div>
      )}
    </Part>
  )
}

function DoneLink({ link, at }: { readonly link: Link; readonly at: number }): ReactElement {
  const facts = [...link.settings, ...link.variables.map(factOf)]
  return (
    <Card>
      <h3 className="flex gap-2 px-3.5 py-2.5 text-13">
        <span className="text-ink-3">{at + 1}</span> {link.name}
      </h3>
      <pre className="overflow-x-auto border-y border-line bg-sunken px-3.5 py-2.5 font-mono text-12 break-words whitespace-pre-wrap">
        {link.does}
      </pre>
      <Facts of={facts} />
    </Card>
  )
}

interface Fact {
  readonly name: string
  readonly value: string
  readonly isSecret?: boolean
}

function factOf({ name, value, secret }: Variable): Fact {
  return secret === null ? { name, value: value ?? '' } : { name, value: secret, isSecret: true }
}

function Facts({ of }: { readonly of: readonly Fact[] }): ReactElement {
  return (
    <dl className="divide-y divide-line">
      {of.map(({ name, value, isSecret = false }) => (
        <div key={name} className="flex flex-wrap gap-x-4 px-3.5 py-1.5">
          <dt className="w-36 shrink-0 break-all text-ink-2">{name}</dt>
          <dd className="min-w-0 flex-1 basis-40 break-words">
            {isSecret ? <span className="text-ink-3">the secret {value}</span> : value}
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** Which definitions this comes from, in the revisions that the run keeps. */
function Kept({ run }: { readonly run: Run }): ReactElement | null {
  const kept = run.revisions.filter(({ kind }) => kind === 'pipeline' || kind === 'application')
  if (kept.length === 0) return null
  return (
    <Section title="From" count="revisions that the run keeps">
      <Card>
        <ul className="divide-y divide-line">
          {kept.map((used) => (
            <li key={`${used.kind} ${used.name}`} className="flex gap-3 px-3.5 py-1.5">
              <span className="min-w-0 grow break-words">
                <span className="text-ink-3">{used.kind}</span> <DefinitionLink used={used} />
              </span>
              <span className="whitespace-nowrap text-ink-2">rev {used.revision}</span>
            </li>
          ))}
        </ul>
      </Card>
    </Section>
  )
}

function DefinitionLink({
  used: { kind, name: whole, revision },
}: {
  readonly used: Run['revisions'][number]
}): ReactElement {
  const [project = '', name = ''] = whole.split('/')
  const part = thingPart({ project, name })
  const className = 'underline decoration-line-strong hover:decoration-ink'
  return kind === 'pipeline' ? (
    <ScreenLink
      to="/pipelines/$pipeline"
      params={{ pipeline: part }}
      search={{ revision }}
      className={className}
    >
      {whole}
    </ScreenLink>
  ) : (
    <ScreenLink to="/apps/$app/model" params={{ app: part }} className={className}>
      {whole}
    </ScreenLink>
  )
}
