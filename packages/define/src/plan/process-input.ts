// Definitions of an application and an environment → what the process planner of the domain reads.

import type {
  ApplicationStep,
  ComponentStep,
  EnvironmentTierInput,
  EnvValue,
  PlanProcessInput,
  StepWork,
} from '@lockstep/domain'

import {
  type ApplicationDefinition,
  type ComponentDefinition,
} from '../check/schema/application.ts'
import { parseDuration } from '../check/schema/duration.ts'
import {
  type EnvironmentDefinition,
  type EnvironmentTierDefinition,
  type EnvironmentTierOf,
} from '../check/schema/environment.ts'
import { type StepDefinition } from '../check/schema/process.ts'
import { type HttpCheckDefinition } from '../check/schema/rule.ts'
import { fullName, type Revised } from './facts.ts'
import { envOf, textOf, type ParameterValues } from './parameters.ts'
import { planOnError } from './plan-task.ts'

/** How long a health check after a step may take when the environment does not say. */
const HEALTH_WITHIN = '1m'
const HEALTH_EVERY_MS = 1_000

/** The parts of the planner's input that definitions decide. */
export type ProcessDefinitionInput = Pick<
  PlanProcessInput,
  'application' | 'tierMap' | 'variables'
> & { readonly tiers: readonly EnvironmentTierInput[] }

/**
 * What the definitions say about a process: components with their steps, tiers with how they are filled, and which tier
 * takes which. `resourcesOf` gives the resources of a hosts tier; no tier map for the application gives an empty one.
 */
export function readProcessDefinitions(input: {
  readonly application: Revised<ApplicationDefinition>
  readonly environment: Revised<EnvironmentDefinition>
  readonly parameters: ParameterValues
  readonly resourcesOf: (tier: EnvironmentTierOf<'hosts'>) => EnvironmentTierInput['resources']
}): ProcessDefinitionInput {
  const { application, environment, parameters } = input
  const name = `${application.project}/${application.definition.name}`
  const map = environment.definition.receives.find(
    (received) => fullName(received.application, environment.project) === name,
  )
  const tierMap = map?.map ?? {}
  const healthOf = (tier: string): HttpCheckDefinition | undefined => {
    const placed = environment.definition.tiers.find((one) => one.name === tierMap[tier])
    return placed?.kind === 'hosts' ? placed.healthy : undefined
  }
  return {
    tierMap,
    variables: { ...textVariables(environment.definition), ...environment.definition.secrets },
    tiers: environment.definition.tiers.map((tier) => tierInput(tier, input.resourcesOf)),
    application: {
      project: application.project,
      name: application.definition.name,
      tiers: application.definition.tiers.map((tier) => ({
        name: tier.name,
        components: tier.components.map((component) => ({
          name: component.name,
          processes: processesOf(component, healthOf(tier.name), parameters),
        })),
      })),
      processes: Object.fromEntries(
        Object.entries(application.definition.processes).map(([process, steps]) => [
          process,
          steps.map(applicationStep),
        ]),
      ),
    },
  }
}

function textVariables(environment: EnvironmentDefinition): Record<string, EnvValue> {
  return Object.fromEntries(
    Object.entries(environment.variables).map(([name, value]) => [name, String(value)]),
  )
}

function tierInput(
  tier: EnvironmentTierDefinition,
  resourcesOf: (tier: EnvironmentTierOf<'hosts'>) => EnvironmentTierInput['resources'],
): EnvironmentTierInput {
  const { kind, name } = tier
  if (tier.kind !== 'hosts') {
    const filledBy = tier.kind === 'fleet' ? `devices with ${tier.where.cel}` : `app ${tier.app}`
    return { kind, name, filledBy, resources: [], atOnce: 1, stopAfter: 1, healthy: null }
  }
  const filledBy =
    tier.label === undefined ? `agents ${(tier.agents ?? []).join(', ')}` : `label ${tier.label}`
  const { atOnce, stopAfter } = tier
  // The health of a host is asked on the host, as the last link of each chain: the next host waits for it.
  return { kind, name, filledBy, resources: resourcesOf(tier), atOnce, stopAfter, healthy: null }
}

function processesOf(
  component: ComponentDefinition,
  health: HttpCheckDefinition | undefined,
  parameters: ParameterValues,
): Readonly<Record<string, readonly ComponentStep[]>> | null {
  if (component.hosts === undefined) return null
  return Object.fromEntries(
    Object.entries(component.hosts).map(([process, steps]) => {
      const own = steps.map((step) => componentStep(step, parameters))
      return [process, process === 'deploy' && health !== undefined ? withHealth(own, health) : own]
    }),
  )
}

function withHealth(
  steps: readonly ComponentStep[],
  health: HttpCheckDefinition,
): readonly ComponentStep[] {
  const needed = new Set(steps.flatMap((step) => step.needs))
  const withinMs = parseDuration(health.within ?? HEALTH_WITHIN)
  return [
    ...steps,
    {
      name: 'health',
      work: {
        kind: 'http_check',
        url: health.url,
        status: health.status,
        withinMs,
        everyMs: HEALTH_EVERY_MS,
      },
      needs: steps.map((step) => step.name).filter((name) => !needed.has(name)),
      when: null,
      always: false,
      timeoutMs: withinMs + 10_000,
      noOutputMs: null,
      onError: { action: 'stop' },
      onLost: 'retry',
      runOn: 'every',
    },
  ]
}

function componentStep(step: StepDefinition, parameters: ParameterValues): ComponentStep {
  const common = { name: step.name, needs: step.needs, work: stepWork(step, parameters) }
  if (step.kind === 'wait' || step.kind === 'wait_for') {
    return { ...common, ...UNREMARKABLE }
  }
  return {
    ...common,
    when: step.when?.cel ?? null,
    always: step.always,
    timeoutMs: parseDuration(step.timeout),
    noOutputMs: step.noOutput === undefined ? null : parseDuration(step.noOutput),
    onError: planOnError(step.onError),
    onLost: step.onLost,
    runOn: step.runOn,
  }
}

const UNREMARKABLE = {
  when: null,
  always: false,
  timeoutMs: 3_600_000,
  noOutputMs: null,
  onError: { action: 'stop' },
  onLost: 'ask',
  runOn: 'every',
} as const

function stepWork(step: StepDefinition, parameters: ParameterValues): StepWork {
  switch (step.kind) {
    case 'artifact':
      return { kind: 'artifact', into: step.into }
    case 'command':
      return {
        kind: 'command',
        argv: step.argv.map((argument) => textOf(argument, parameters)),
        env: envOf(step.env, parameters),
      }
    case 'script':
      return { kind: 'script', text: step.text, env: envOf(step.env, parameters) }
    case 'component_step':
    case 'wait_for':
    case 'wait':
      return { kind: 'other', what: step.kind }
  }
}

function applicationStep(step: StepDefinition): ApplicationStep {
  if (step.kind !== 'component_step') {
    return {
      name: step.name,
      component: null,
      process: step.kind,
      needs: step.needs,
      ...UNREMARKABLE,
    }
  }
  return {
    name: step.name,
    component: step.component,
    process: step.process,
    needs: step.needs,
    when: step.when?.cel ?? null,
    always: step.always,
    onError: planOnError(step.onError),
    onLost: step.onLost,
    runOn: step.runOn,
  }
}
