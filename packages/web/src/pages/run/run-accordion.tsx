// A run on a phone: stages below each other, the current one open; gates as rows between them.

import { ChevronDown } from 'lucide-react'
import type { ReactElement } from 'react'
import { ApplicationIcon } from '../../components/application-icon.tsx'
import type { Run } from '../../lib/runs.ts'
import { Card } from '../../ui/card.tsx'
import { GATE_WORDS, GateGlyph } from '../../ui/gate-glyph.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { VersionChip } from '../../ui/version-chip.tsx'
import { countsOf } from './gate-bar.tsx'
import { RowList } from './lane-card.tsx'
import {
  applicationsOf,
  gatesOf,
  laneOf,
  standOfStage,
  stepWords,
  togetherOf,
  type FoundGate,
  type Stage,
} from './run-layout.ts'
import { shortName } from '../../lib/address.ts'
import { useRunSearch } from './use-run-search.ts'

export function RunAccordion({
  run,
  focused,
}: {
  readonly run: Run
  readonly focused: string | undefined
}): ReactElement {
  const gates = gatesOf(run)
  const applications = applicationsOf(run)
  return (
    <div className="flex flex-col gap-3">
      <p className="text-ink-2">Next: {run.next}</p>
      {run.brings.length > 0 && (
        <Card>
          <ul className="divide-y divide-line">
            {run.brings.map(({ application, version }) => (
              <li key={application} className="flex items-center gap-2.5 px-3.5 py-2">
                <ApplicationIcon application={application} />
                <span className="min-w-0 grow truncate font-name">{shortName(application)}</span>
                {version !== null && <VersionChip version={version} look="to" />}
              </li>
            ))}
          </ul>
        </Card>
      )}
      {run.stages.map((stage) => {
        const of = (node: 'entry' | 'exit'): ReactElement | null => {
          const gate = gates.find((one) => one.stage.name === stage.name && one.node === node)
          return gate === undefined ? null : <GateRow gate={gate} />
        }
        return (
          <div key={stage.name} className="contents">
            {of('entry')}
            <StageSection
              stage={stage}
              applications={applications}
              isOpen={stage.name === focused}
            />
            {of('exit')}
          </div>
        )
      })}
    </div>
  )
}

function GateRow({ gate }: { readonly gate: FoundGate }): ReactElement {
  const { selectGate } = useRunSearch()
  const { stage, node, line, key } = gate
  const tint = line.state === 'waiting' ? 'border-wait-line bg-wait-tint' : 'border-line bg-surface'
  return (
    <button
      type="button"
      data-gate={key}
      data-state={line.state}
      onClick={() => selectGate(key)}
      className={`flex min-h-12.5 items-center gap-3 rounded-full border px-4 text-left ${tint}`}
    >
      <GateGlyph state={line.state} size={22} isDecoration />
      <span className="min-w-0 grow">
        <span className="block font-name">
          {stage.title} {node} gate
        </span>
        <span className="block text-12 text-ink-2">
          {[GATE_WORDS[line.state], ...countsOf(line)].join(' · ')}
        </span>
      </span>
    </button>
  )
}

function StageSection({
  stage,
  applications,
  isOpen,
}: {
  readonly stage: Stage
  readonly applications: readonly string[]
  readonly isOpen: boolean
}): ReactElement {
  const { state, done, all } = standOfStage(stage)
  const isOnly = applications.length === 1
  const together = isOnly ? [] : togetherOf(stage)
  const lanes = applications
    .map((application) => laneOf(stage, application, isOnly))
    .filter(({ rows }) => rows.length > 0)
  return (
    <Card>
      <details open={isOpen} data-stage={stage.name} data-state={state} className="group">
        <summary className="flex min-h-12.5 list-none items-center gap-2.5 px-3.5">
          <StateGlyph state={state} />
          <h2 className="grow text-14">{stage.title}</h2>
          <span className="text-12 text-ink-2">{stepWords({ done, all })}</span>
          <ChevronDown size={16} aria-hidden className="text-ink-3 group-open:rotate-180" />
        </summary>
        {lanes.map(({ application, rows }) => (
          <section
            key={application}
            aria-label={application}
            className="border-t border-line py-1.5"
          >
            <h3 className="flex items-center gap-2 px-3 pt-1 text-13">
              <ApplicationIcon application={application} />
              {application}
            </h3>
            <RowList rows={rows} />
          </section>
        ))}
        {together.length > 0 && (
          <section aria-label="Together" className="border-t border-line py-1.5">
            <h3 className="px-3 pt-1 text-13">{lanes.length > 0 ? 'Together' : 'Tasks'}</h3>
            <RowList rows={together} />
          </section>
        )}
      </details>
    </Card>
  )
}
