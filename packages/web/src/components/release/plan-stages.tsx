// A plan as people read it: what is done where, from which version to which.

import type { Plan as PlanSchema } from '@lockstep/contract'
import { Flag, TriangleAlert } from 'lucide-react'
import type { ReactElement } from 'react'
import type * as z from 'zod/mini'
import { ApplicationIcon } from '../application-icon.tsx'
import { Card } from '../../ui/card.tsx'
import { GateGlyph } from '../../ui/gate-glyph.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { VersionChange } from '../../ui/version-chip.tsx'

export type Plan = z.output<typeof PlanSchema>
type Stage = Plan['stages'][number]
type Task = Stage['tasks'][number]

export function PlanStages({ plan }: { readonly plan: Plan }): ReactElement {
  return (
    <ol aria-label="Plan" className="flex flex-col gap-3">
      {plan.warnings.map((warning) => (
        <li key={warning} className="flex items-start gap-2 text-13 text-wait">
          <TriangleAlert size={15} aria-hidden className="mt-0.5 shrink-0" />
          {warning}
        </li>
      ))}
      {plan.stages.map((stage) => (
        <li key={stage.name} data-stage={stage.name}>
          <Card>
            <div className="flex flex-wrap items-baseline gap-x-3 border-b border-line px-3.5 py-2.5">
              <h3 className="text-14">{stage.title}</h3>
              {stage.environment !== null && (
                <span className="text-12 text-ink-2">
                  {stage.environment === stage.title.toLowerCase()
                    ? !stage.environmentFree && 'a run holds it now'
                    : `in ${stage.environment}${stage.environmentFree ? '' : ', which a run holds now'}`}
                </span>
              )}
            </div>
            <Rules name="Entry" rules={stage.entry} />
            <ul className="divide-y divide-line border-y border-line">
              {stage.tasks.map((task) => (
                <TaskLine key={task.key} task={task} />
              ))}
            </ul>
            <Rules name="Exit" rules={stage.exit} />
          </Card>
        </li>
      ))}
    </ol>
  )
}

function Rules({
  name,
  rules,
}: {
  readonly name: string
  readonly rules: readonly string[]
}): ReactElement {
  return (
    <p className="flex items-start gap-2 px-3.5 py-2 text-12 text-ink-2">
      <GateGlyph state="not_reached" size={15} isDecoration />
      <span>
        {name}: {rules.length === 0 ? 'no rules, it passes' : rules.join(' · ')}
      </span>
    </p>
  )
}

function TaskLine({ task }: { readonly task: Task }): ReactElement {
  const { application, from, to, lines, irreversible } = task
  return (
    <li className="px-3.5 py-2">
      <div className="flex items-start gap-x-2.5">
        {application === null ? (
          <span className="flex h-5.5 items-center">
            <StateGlyph state="not_started" size={14} isDecoration />
          </span>
        ) : (
          <ApplicationIcon application={application} />
        )}
        <p className="flex min-h-5.5 min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
          <span className="font-name">{task.title}</span>
          {task.groups.length > 0 && (
            <span className="text-12 text-ink-3">{task.groups.join(' / ')}</span>
          )}
          {to !== null && <VersionChange from={from} to={to} />}
        </p>
      </div>
      {lines.length > 0 && (
        <ul className="mt-1 space-y-0.5 pl-8 text-12 text-ink-2">
          {lines.map((line) => (
            <li key={`${line.step} ${line.tier}`} className="break-words">
              <span className="text-ink">{line.step}</span> on {placesOf(line.resources)}
              {line.skipped !== null && ` · left out: ${line.skipped}`}
              {line.atOnce !== null && ` · ${line.atOnce} at a time`}
            </li>
          ))}
        </ul>
      )}
      {irreversible !== null && (
        <p className="mt-1 flex items-center gap-1.5 pl-8 text-12 text-wait">
          <Flag size={13} aria-hidden /> cannot go back: {irreversible}
        </p>
      )}
    </li>
  )
}

const PLACES_MAX = 4

function placesOf(resources: readonly string[]): string {
  const more = resources.length - PLACES_MAX
  const named = resources.slice(0, PLACES_MAX).join(', ')
  return more > 0 ? `${named} and ${more} more` : named
}
