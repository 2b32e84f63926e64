import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { thingPart } from '../../lib/address.ts'
import { revisionQuery } from '../../lib/definitions.ts'
import { Empty } from '../../ui/empty.tsx'
import { Part } from '../../ui/part.tsx'
import { PanelSection } from '../../layout/side-panel.tsx'
import { DifferenceLines } from '../../components/definition/difference-lines.tsx'
import { knownRevision } from '../pipelines/known-revision.ts'
import {
  compareProcesses,
  comparedWords,
  drawnSteps,
  edgeKey,
  type Change,
  type ComparedStep,
} from './compare-processes.ts'
import { listProcesses } from './list-processes.ts'
import { ProcessParts, titleOf, useSelectStep, type ProcessViewProps } from './process-frame.tsx'
import { RevisionChoice } from './revision-choice.tsx'
import { StepGraph } from './step-graph.tsx'
import { StepPanel } from './step-panel.tsx'

const here = getRouteApi('/shell/apps/$app/processes/$process')

/** Two revisions as one graph: what came, what went, and what is done otherwise. */
export function ProcessComparison(props: ProcessViewProps): ReactElement {
  const { application, process } = props
  const search = here.useSearch()
  const select = useSelectStep()
  const to = knownRevision(application, search.revision) ?? application.revision
  const from = knownRevision(application, search.against) ?? to - 1
  const before = useQuery(revisionQuery<'application'>(application, from < 1 ? null : from))
  const after = useQuery(revisionQuery<'application'>(application, to))
  const isRead = after.data !== undefined && (from < 1 || before.data !== undefined)
  const processIn = (body: typeof application.body | undefined) =>
    body && listProcesses(body).find(({ key }) => key === process.key)
  const compared = compareProcesses(processIn(before.data?.body), processIn(after.data?.body))
  const chosen = compared.steps.find(({ step }) => step.name === search.step)
  const changes = new Map(compared.steps.map((one) => [one.step.name, one]))
  return (
    <ProcessParts
      marks={isRead && from >= 1 && <span role="status">{comparedWords(compared)}</span>}
      aside={<RevisionChoice newest={application.revision} from={from} to={to} />}
      panel={
        chosen && (
          <StepPanel
            app={thingPart(application)}
            step={chosen.step}
            position={chosen.change === 'same' ? 'as it was' : chosen.change}
            onClose={() => select(undefined)}
          >
            <WhatChanged compared={chosen} from={from} to={to} />
          </StepPanel>
        )
      }
    >
      {from < 1 ? (
        <Empty title={`Revision ${to} is the first`}>
          There is nothing before it to compare with.
        </Empty>
      ) : !isRead ? (
        <Part what="The revisions" query={before.data === undefined ? before : after}>
          {() => null}
        </Part>
      ) : (
        <StepGraph
          key={process.key}
          steps={drawnSteps(compared)}
          label={titleOf(process, application.name)}
          legend={<Legend />}
          renderDress={(name) => {
            const change = changes.get(name)?.change ?? 'same'
            return {
              mark: <ChangeMark change={change} />,
              ...(change === 'removed' && { look: 'dashed' as const }),
              ...(change === 'same' && { look: 'faint' as const }),
            }
          }}
          edgeLookOf={(one, other) => compared.edges.get(edgeKey(one, other))}
          selected={chosen?.step.name}
          onSelect={select}
        />
      )}
    </ProcessParts>
  )
}

const MARKS: Readonly<
  Record<Exclude<Change, 'same'>, { readonly sign: string; readonly look: string }>
> = {
  added: { sign: '+', look: 'bg-ok-tint text-ok' },
  removed: { sign: '−', look: 'bg-fail-tint text-fail' },
  changed: { sign: '~', look: 'bg-accent-tint text-accent' },
  moved: { sign: '↕', look: 'bg-accent-tint text-accent' },
}

function ChangeMark({ change }: { readonly change: Change }): ReactElement | null {
  if (change === 'same') return null
  const { sign, look } = MARKS[change]
  return (
    <span className={`flex shrink-0 items-center gap-1 rounded-1 px-1.5 text-11 ${look}`}>
      <span aria-hidden className="font-mono">
        {sign}
      </span>
      {change}
    </span>
  )
}

function Legend(): ReactElement {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1.5 rail:flex-col">
      {(['added', 'removed', 'changed', 'moved'] as const).map((change) => (
        <li key={change} className="flex items-center">
          <ChangeMark change={change} />
        </li>
      ))}
    </ul>
  )
}

function WhatChanged({
  compared: { change, lines },
  from,
  to,
}: {
  readonly compared: ComparedStep
  readonly from: number
  readonly to: number
}): ReactElement {
  return (
    <PanelSection title={`From revision ${from} to ${to}`}>
      {change === 'added' ? (
        <p className="text-12 text-ink-2">It is new: revision {from} does not have it.</p>
      ) : change === 'removed' ? (
        <p className="text-12 text-ink-2">It is gone: revision {to} does not have it.</p>
      ) : (
        <div className="-mx-4 -mb-4">
          <DifferenceLines difference={{ lines: [...lines], weakens: [] }} />
        </div>
      )}
    </PanelSection>
  )
}
