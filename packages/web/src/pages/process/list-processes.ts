// The processes of an application: its own over all components, and those of each component.

import type { ApplicationDefinition, StepDefinition } from '@lockstep/define/check'

export interface ListedProcess {
  /** As the address has it: `deploy`, or `ingest-api.deploy`. */
  readonly key: string
  readonly name: string
  /** null: of the application itself. */
  readonly component: string | null
  readonly steps: readonly StepDefinition[]
  /** Nobody wrote it: the components take their turns. */
  readonly isImplied: boolean
}

type Components = ApplicationDefinition['tiers'][number]['components']

export function listProcesses({
  processes,
  tiers,
}: Pick<ApplicationDefinition, 'processes' | 'tiers'>): readonly ListedProcess[] {
  const components = tiers.flatMap((tier) => tier.components)
  return [
    ...Object.entries(processes).map(([name, steps]) => ({
      key: name,
      name,
      component: null,
      steps,
      isImplied: false,
    })),
    ...impliedProcesses(components).filter(({ name }) => !Object.hasOwn(processes, name)),
    ...components.flatMap(({ name: component, hosts = {} }) =>
      Object.entries(hosts).map(([name, steps]) => ({
        key: `${component}.${name}`,
        name,
        component,
        steps,
        isImplied: false,
      })),
    ),
  ]
}

/** What the server plans when the application does not say it: each component after the one before, and away in the other order. */
function impliedProcesses(components: Components): readonly ListedProcess[] {
  const removable = components.filter(({ hosts = {} }) => Object.hasOwn(hosts, 'undeploy'))
  return [
    implied('deploy', components),
    ...(removable.length === 0 ? [] : [implied('undeploy', removable.toReversed())]),
  ]
}

function implied(process: string, components: Components): ListedProcess {
  return {
    key: process,
    name: process,
    component: null,
    isImplied: true,
    steps: components.map(({ name }, at) => {
      const before = components[at - 1]
      return {
        kind: 'component_step',
        name,
        component: name,
        process,
        needs: before === undefined ? [] : [before.name],
        timeout: '1h',
        always: false,
        onError: 'stop',
        onLost: 'ask',
        runOn: 'every',
      }
    }),
  }
}
