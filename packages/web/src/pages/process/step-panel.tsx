import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import type { StepDefinition } from '@lockstep/define/check'
import { PanelSection, SidePanel } from '../../layout/side-panel.tsx'
import { STEP_KINDS, stepDetail, stepSettings } from './step-words.ts'

const here = getRouteApi('/shell/apps/$app/processes/$process')

interface StepPanelProps {
  readonly app: string
  readonly step: StepDefinition
  readonly position: string
  readonly onClose: () => void
  /** What there is to say beside what it does. */
  readonly children?: ReactNode
}

/** One step: what it does, what it waits for, and what happens when it fails. */
export function StepPanel({
  app,
  step,
  position,
  onClose,
  children,
}: StepPanelProps): ReactElement {
  const { step: _, ...search } = here.useSearch()
  return (
    <SidePanel
      title={step.name}
      detail={`${position} · ${STEP_KINDS[step.kind]}`}
      onClose={onClose}
    >
      {children}
      <PanelSection title="Does">
        <pre className="overflow-x-auto rounded-2 bg-sunken p-2.5 whitespace-pre-wrap break-words">
          {step.kind === 'script' ? step.text : stepDetail(step)}
        </pre>
        {step.kind === 'component_step' && (
          <Link
            to="/apps/$app/processes/$process"
            params={{ app, process: `${step.component}.${step.process}` }}
            search={search}
            className="mt-2 inline-block text-12 underline hover:text-ink"
          >
            Steps of {step.component} {step.process}
          </Link>
        )}
      </PanelSection>
      <PanelSection title="After">
        {step.needs.length === 0 ? (
          <p className="text-12 text-ink-2">Begins at once.</p>
        ) : (
          <ul className="space-y-1">
            {step.needs.map((name) => (
              <li key={name}>
                <Link
                  to="."
                  search={{ ...search, step: name }}
                  replace
                  className="underline decoration-line-strong hover:decoration-ink"
                >
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        )}
      </PanelSection>
      {stepSettings(step).length > 0 && (
        <PanelSection title="Settings">
          <dl className="space-y-1.5">
            {stepSettings(step).map(([name, words]) => (
              <div key={name} className="flex items-baseline justify-between gap-4">
                <dt className="text-ink-2">{name}</dt>
                <dd className="text-right">{words}</dd>
              </div>
            ))}
          </dl>
        </PanelSection>
      )}
    </SidePanel>
  )
}
