// The processes of an application: its own over all components, and those of each component.

import type { ApplicationDefinition, StepDefinition } from '@lockstep/define/check'

export interface ListedProcess {
  /** As the address has it: `deploy`, or `ingest-api.deploy`. */
  readonly key: string
  readonly name: string
  /** null: of the application itself. */
  readonly component: string | null
  readonly steps: readonly StepDefinition[]
}

export function listProcesses({
  processes,
  tiers,
}: Pick<ApplicationDefinition, 'processes' | 'tiers'>): readonly ListedProcess[] {
  return [
    ...Object.entries(processes).map(([name, steps]) => ({
      key: name,
      name,
      component: null,
      steps,
    })),
    ...tiers.flatMap(({ components }) =>
      components.flatMap(({ name: component, hosts = {} }) =>
        Object.entries(hosts).map(([name, steps]) => ({
          key: `${component}.${name}`,
          name,
          component,
          steps,
        })),
      ),
    ),
  ]
}
