import * as z from 'zod/mini'

import { complain, strict } from './complaint.ts'
import * as limits from './limits.ts'
import { titleOf } from './name.ts'
import { preset } from './preset.ts'
import { Processes, Steps, type StepDefinition } from './process.ts'
import { atMost, Line, Name, Text } from './value.ts'

const CONTRACT_RULE =
  'A contract version is a whole number, a range 1..2, or, where it is required, >=2.'
const Provides = z.string().check(
  z.regex(/^\d{1,6}(?:\.\.\d{1,6})?$/, {
    error: complain({ code: 'wrong_unit', message: CONTRACT_RULE }),
  }),
)
const Requires = z.string().check(
  z.regex(/^(?:>=\d{1,6}|\d{1,6}(?:\.\.\d{1,6})?)$/, {
    error: complain({ code: 'wrong_unit', message: CONTRACT_RULE }),
  }),
)

/** How a component is put on devices: which reported value proves its version, and whether it is part of the system. */
const DeviceModule = strict('fleet module', {
  verifiedBy: Line,
  part: preset(z.enum(['application', 'os']), 'application'),
})

/** How a component is put in an app store. */
const StoreApp = strict('store app', {
  platform: z.enum(['ios', 'android']),
  upload: Line,
  notes: z.optional(Line),
})

const Component = z.pipe(
  strict('component', {
    kind: z.literal('component'),
    name: Name,
    title: z.optional(Text),
    renamedFrom: z.optional(Name),
    provides: preset(z.record(Name, Provides).check(atMost(limits.CONTRACTS_MAX, 'contracts')), {}),
    requires: preset(z.record(Name, Requires).check(atMost(limits.CONTRACTS_MAX, 'contracts')), {}),
    hosts: z.optional(Processes),
    fleet: z.optional(DeviceModule),
    store: z.optional(StoreApp),
  }),
  z.transform((component) => ({ ...component, title: component.title ?? titleOf(component.name) })),
)
export type ComponentDefinition = z.output<typeof Component>

const ApplicationTier = strict('tier', {
  kind: z.literal('tier'),
  name: Name,
  renamedFrom: z.optional(Name),
  components: z.array(Component).check(z.minLength(1), z.maxLength(limits.COMPONENTS_MAX)),
})
export type ApplicationTierDefinition = z.output<typeof ApplicationTier>

const WrittenApplication = strict('application', {
  kind: z.literal('application'),
  name: Name,
  title: z.optional(Text),
  renamedFrom: z.optional(Name),
  tiers: z.array(ApplicationTier).check(z.minLength(1), z.maxLength(limits.TIERS_MAX)),
  processes: z.optional(Processes),
})

/** Application with every default applied: `processes` always has `deploy`, and `undeploy` where there is something to undo. */
export const Application = z.pipe(
  WrittenApplication,
  z.transform((application) => ({
    ...application,
    title: application.title ?? titleOf(application.name),
    processes: { ...inferProcesses(application.tiers), ...application.processes },
  })),
)
export type ApplicationDefinition = z.output<typeof Application>

/** Kinds of place that something can be put in. */
export const PLACE_KINDS = ['hosts', 'fleet', 'store'] as const
export type PlaceKind = (typeof PLACE_KINDS)[number]

/** The kinds of place that every component of the tier can be put in. */
export function placesOf(tier: ApplicationTierDefinition): PlaceKind[] {
  return PLACE_KINDS.filter((kind) =>
    tier.components.every((component) => component[kind] !== undefined),
  )
}

/** The processes of an application that wrote none: tiers and components in the order written, or the reverse. */
export function inferProcesses(
  tiers: readonly ApplicationTierDefinition[],
): Record<string, StepDefinition[]> {
  const components = tiers.flatMap((tier) => tier.components)
  const removable = components
    .filter((component) => component.hosts?.['undeploy'] !== undefined)
    .toReversed()
  return {
    deploy: stepsFor(components, 'deploy'),
    ...(removable.length === 0 ? {} : { undeploy: stepsFor(removable, 'undeploy') }),
  }
}

function stepsFor(components: readonly ComponentDefinition[], process: string): StepDefinition[] {
  return Steps.parse(
    components.map((component) => ({ kind: 'component_step', component: component.name, process })),
  )
}
