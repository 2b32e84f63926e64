import type { ReactElement } from 'react'
import type { Run } from '../../lib/runs.ts'
import { TabLinks } from '../../ui/tabs.tsx'
import { ViewTab } from '../../ui/view-tab.tsx'

interface StepTabsProps {
  readonly run: Run
  /** The part of the address. */
  readonly step: string
  readonly tab: 'attempts' | 'parameters' | 'artifacts' | 'definition' | undefined
  readonly job: string | undefined
  readonly attempts: number
  readonly parameters: number
}

/** What can be seen of a step: its log, who tried it how often, what it made, what it was told to do, and what the run was started with. */
export function StepTabs({
  run,
  step,
  tab: shown,
  job,
  attempts,
  parameters,
}: StepTabsProps): ReactElement {
  const tabs = [
    { tab: undefined, words: 'Log', count: undefined },
    { tab: 'attempts', words: 'Attempts', count: attempts },
    { tab: 'artifacts', words: 'Artifacts', count: undefined },
    ...(parameters > 0
      ? [{ tab: 'parameters', words: 'Parameters', count: parameters } as const]
      : []),
    { tab: 'definition', words: 'Definition', count: undefined },
  ] as const
  return (
    <TabLinks label="Views of the step">
      {tabs.map(({ tab, words, count }) => (
        <ViewTab
          key={words}
          to="/runs/$run/steps/$step/log"
          params={{ run: run.id, step }}
          search={{ ...(job !== undefined && { job }), ...(tab !== undefined && { tab }) }}
          isHere={tab === shown}
          count={count}
        >
          {words}
        </ViewTab>
      ))}
    </TabLinks>
  )
}
