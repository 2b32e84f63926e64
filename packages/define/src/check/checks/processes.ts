// Processes: every step can be reached, and every component step has a component and a process.

import { withQuestion, type Finding, type Pointer } from '../mistake/finding.ts'
import { findNearest } from '../mistake/nearest.ts'
import type { ApplicationDefinition } from '../schema/application.ts'
import type { Definition } from '../schema/definition.ts'
import { addressOf } from '../schema/name.ts'
import type { StepDefinition } from '../schema/process.ts'
import { listProcesses } from './walk.ts'
import { unknownName } from './world.ts'

/** Needs that lead nowhere or in a circle, and components that cannot be put anywhere. */
export function checkProcesses(definition: Definition): Finding[] {
  if (definition.kind !== 'application') return []
  return [
    ...listProcesses(definition).flatMap(({ value, at }) => checkNeeds(value, at)),
    ...checkPlaces(definition),
    ...checkComponentSteps(definition),
  ]
}

function checkNeeds(steps: readonly StepDefinition[], at: Pointer): Finding[] {
  const names = steps.map((step) => step.name)
  const known = new Set(names.map(addressOf))
  const unknown = steps.flatMap((step, index) =>
    step.needs.flatMap((need, position): Finding[] =>
      known.has(addressOf(need))
        ? []
        : [unknownNeed(need, names, [...at, index, 'needs', position])],
    ),
  )
  if (unknown.length > 0) return unknown
  const circle = findCircle(steps)
  if (circle === undefined) return []
  const index = steps.findIndex((step) => step.name === circle[0])
  return [
    {
      code: 'needs_cycle',
      at: [...at, index, 'needs'],
      message: `These steps wait for one another: ${circle.join(' → ')}.`,
    },
  ]
}

function unknownNeed(need: string, names: readonly string[], at: Pointer): Finding {
  const nearest = findNearest(need, names)
  return {
    code: 'unknown_need',
    at,
    message: withQuestion(`There is no step "${need}" in this process.`, nearest),
    ...(nearest === undefined ? {} : { nearest }),
  }
}

// The circle as names, the first one again at the end. A process has at most a few hundred steps.
function findCircle(steps: readonly StepDefinition[]): string[] | undefined {
  const byAddress = new Map(steps.map((step) => [addressOf(step.name), step]))
  const done = new Set<string>()
  for (const step of steps) {
    const path: string[] = []
    const circle = follow(addressOf(step.name), byAddress, done, path)
    if (circle !== undefined) return circle
  }
  return undefined
}

function follow(
  address: string,
  steps: ReadonlyMap<string, StepDefinition>,
  done: Set<string>,
  path: string[],
): string[] | undefined {
  if (done.has(address)) return undefined
  const start = path.indexOf(address)
  if (start !== -1) {
    return [...path.slice(start), address].map((known) => steps.get(known)?.name ?? known)
  }
  path.push(address)
  for (const need of steps.get(address)?.needs ?? []) {
    const circle = follow(addressOf(need), steps, done, path)
    if (circle !== undefined) return circle
  }
  path.pop()
  done.add(address)
  return undefined
}

function checkPlaces(application: ApplicationDefinition): Finding[] {
  return application.tiers.flatMap((tier, tierIndex) =>
    tier.components.flatMap((component, index): Finding[] => {
      const at = ['tiers', tierIndex, 'components', index]
      const { hosts, fleet, store } = component
      if (hosts === undefined && fleet === undefined && store === undefined) {
        return [
          {
            code: 'no_place',
            at,
            message: `Nothing says how "${component.name}" is put anywhere. It needs hosts, fleet or store.`,
          },
        ]
      }
      if (hosts !== undefined && !Object.hasOwn(hosts, 'deploy')) {
        return [
          {
            code: 'missing_field',
            at: [...at, 'hosts'],
            message: `On hosts, "${component.name}" has no deploy process.`,
          },
        ]
      }
      return []
    }),
  )
}

function checkComponentSteps(application: ApplicationDefinition): Finding[] {
  const components = new Map(
    application.tiers
      .flatMap((tier) => tier.components)
      .map((component) => [component.name, component]),
  )
  return listProcesses(application).flatMap(({ value: steps, at }) =>
    steps.flatMap((step, index): Finding[] => {
      if (step.kind !== 'component_step') return []
      const inComponent = at[0] === 'tiers'
      if (inComponent) {
        return [
          {
            code: 'wrong_place',
            at: [...at, index],
            message:
              'A component step belongs to a process of the application, not of a component.',
          },
        ]
      }
      const component = components.get(step.component)
      if (component === undefined) {
        return [
          unknownName('component', step.component, components.keys(), [...at, index, 'component']),
        ]
      }
      const processes = ['deploy', ...Object.keys(component.hosts ?? {})]
      if (processes.includes(step.process)) return []
      return [
        unknownName(`process of "${step.component}"`, step.process, processes, [
          ...at,
          index,
          'process',
        ]),
      ]
    }),
  )
}
