import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { thingPart } from '../../lib/address.ts'
import { counted } from '../../ui/counted.ts'
import { ProcessParts, titleOf, useSelectStep, type ProcessViewProps } from './process-frame.tsx'
import { StepGraph } from './step-graph.tsx'
import { StepPanel } from './step-panel.tsx'

const here = getRouteApi('/shell/apps/$app/processes/$process')

/** The graph of the steps, as the newest revision has them. */
export function ProcessDefinition(props: ProcessViewProps): ReactElement {
  const { application, process } = props
  const { step: name } = here.useSearch()
  const select = useSelectStep()
  const step = process.steps.find((one) => one.name === name)
  return (
    <ProcessParts
      marks={
        <>
          {counted(process.steps.length, 'step')}
          {process.isImplied && ' · Default order: one component after another'}
        </>
      }
      aside={`revision ${application.revision} of ${application.name}`}
      panel={
        step && (
          <StepPanel
            app={thingPart(application)}
            step={step}
            position={`step ${process.steps.indexOf(step) + 1} of ${process.steps.length}`}
            onClose={() => select(undefined)}
          />
        )
      }
    >
      <StepGraph
        key={process.key}
        steps={process.steps}
        label={titleOf(process, application.name)}
        selected={step?.name}
        onSelect={select}
      />
    </ProcessParts>
  )
}
