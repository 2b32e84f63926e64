// From definitions, snapshot, environment and inventory to a plan that leaves nothing to choose.

import type { InventoryRow } from '../environment/inventory.ts'
import { orderSteps, refusePlan, type PlanRefused } from './order-steps.ts'
import { planComponent, type PlacedStep } from './plan-component.ts'
import type {
  ApplicationStep,
  ComponentInput,
  EnvironmentTierInput,
  PlanProcessInput,
} from './plan-input.ts'
import { STEPS_MAX, type ArtifactRef, type ProcessPlan, type StepPlan } from './process-plan.ts'
import { asVariables } from './variables.ts'

export type PlannedProcess = { readonly ok: true; readonly plan: ProcessPlan } | PlanRefused

/**
 * Plans one process of an application in an environment, or says by name why that cannot be. The same input gives the
 * same canonical plan, in whatever order its maps, resources and rows come.
 */
export function planProcess(input: PlanProcessInput): PlannedProcess {
  const written = findProcess(input)
  if (written === undefined) {
    return refusePlan(
      'process_unknown',
      `application ${input.application.name} has no process ${input.process}`,
    )
  }
  const where = `process ${input.process} of application ${input.application.name}`
  const ordered = orderSteps(written, where)
  if (!ordered.ok) return ordered
  const steps: StepPlan[] = []
  const lastOf = new Map<string, readonly string[]>()
  for (const step of ordered.steps) {
    const placed = placeStep(input, step, ordered.steps, where)
    if (!placed.ok) return placed
    const needs = step.needs.flatMap((need) => lastOf.get(need) ?? [])
    const planned = planComponent(input, placed.placed, needs)
    if (!planned.ok) return planned
    steps.push(...planned.steps)
    lastOf.set(step.name, planned.last)
  }
  if (steps.length > STEPS_MAX) {
    return refusePlan(
      'too_many_steps',
      `${where} comes to ${steps.length} steps, at most ${STEPS_MAX} fit in a plan`,
    )
  }
  return { ok: true, plan: planOf(input, steps) }
}

function planOf(input: PlanProcessInput, steps: readonly StepPlan[]): ProcessPlan {
  const { application, environment, snapshot } = input
  return {
    v: 1,
    kind: 'process',
    process: input.process,
    application: { project: application.project, name: application.name },
    environment: {
      id: environment.id,
      project: environment.project,
      name: environment.name,
    },
    snapshot: snapshot && { digest: snapshot.digest, version: snapshot.version },
    from: input.from,
    force: input.force,
    variables: { ...asVariables(input.variables), ...asVariables(input.parameters) },
    steps,
  }
}

// ── which steps ────────────────────────────────────────────────────────────────────────────────

function findProcess({
  application,
  process: name,
}: PlanProcessInput): readonly ApplicationStep[] | undefined {
  const written = own(application.processes, name)
  if (written !== undefined) return written
  const components = application.tiers.flatMap((tier) => tier.components)
  if (name === 'deploy') return oneAfterAnother(components, name)
  if (name !== 'undeploy') return undefined
  const removable = components.filter(
    ({ processes }) => processes !== null && own(processes, name) !== undefined,
  )
  return removable.length === 0 ? undefined : oneAfterAnother(removable.toReversed(), name)
}

function oneAfterAnother(
  components: readonly ComponentInput[],
  process: string,
): readonly ApplicationStep[] {
  return components.map(({ name }, index) => {
    const before = components[index - 1]
    return {
      name,
      component: name,
      process,
      needs: before === undefined ? [] : [before.name],
      when: null,
      always: false,
      onError: { action: 'stop' },
      onLost: 'ask',
      runOn: 'every',
    }
  })
}

// ── where, and what ────────────────────────────────────────────────────────────────────────────

function placeStep(
  input: PlanProcessInput,
  step: ApplicationStep,
  all: readonly ApplicationStep[],
  where: string,
): { readonly ok: true; readonly placed: PlacedStep } | PlanRefused {
  if (step.component === null) {
    return refusePlan(
      'step_unsupported',
      `${where}: step "${step.name}" is a ${step.process}, which a process of an application cannot have`,
    )
  }
  const found = findComponent(input, step.component)
  if (found === undefined) {
    return refusePlan('component_unknown', `${where}: there is no component ${step.component}`)
  }
  const tier = findTier(input, found.tier)
  if (!tier.ok) return tier
  const { component } = found
  const chain = component.processes === null ? undefined : own(component.processes, step.process)
  if (chain === undefined || chain.length === 0) {
    return refusePlan(
      'component_has_no_process',
      `component ${component.name} has no process ${step.process} for hosts, and ${where} asks for it`,
    )
  }
  const artifact = placesArtifact(component, step.process)
    ? findArtifact(input, component.name)
    : null
  if (artifact === undefined) return refuseMissing(input, component.name)
  // A command of the component that comes after the placing of it, in a step of its own, finds the new bits there.
  const isPlacedBeside = all.some(
    (other) => other.component === component.name && placesArtifact(component, other.process),
  )
  const beside = isPlacedBeside ? (findArtifact(input, component.name) ?? null) : null
  const rows = rowsOf(input, component.name)
  return {
    ok: true,
    placed: { step, component: component.name, tier: tier.tier, chain, artifact, beside, rows },
  }
}

function placesArtifact({ processes }: ComponentInput, process: string): boolean {
  const chain = processes === null ? undefined : own(processes, process)
  return process !== 'undeploy' && chain?.some(({ work }) => work.kind === 'artifact') === true
}

function findComponent(
  { application }: PlanProcessInput,
  name: string,
): { readonly tier: string; readonly component: ComponentInput } | undefined {
  for (const tier of application.tiers) {
    const component = tier.components.find((other) => other.name === name)
    if (component !== undefined) return { tier: tier.name, component }
  }
  return undefined
}

function findTier(
  { application, environment, tierMap }: PlanProcessInput,
  name: string,
): { readonly ok: true; readonly tier: EnvironmentTierInput } | PlanRefused {
  const mapped = own(tierMap, name)
  if (mapped === undefined) {
    return refusePlan(
      'tier_unmapped',
      `environment ${environment.name} has no place for tier ${name} of ${application.name}: add it to the tier map`,
    )
  }
  const tier = environment.tiers.find((other) => other.name === mapped)
  if (tier === undefined) {
    return refusePlan(
      'tier_unknown',
      `the tier map puts ${name} of ${application.name} on ${mapped}, which environment ${environment.name} does not have`,
    )
  }
  if (tier.kind !== 'hosts') {
    return refusePlan(
      'place_unsupported',
      `tier ${tier.name} of environment ${environment.name} is a ${tier.kind}: processes are carried out on hosts only`,
    )
  }
  if (tier.resources.length === 0) {
    return refusePlan(
      'no_resources',
      `tier ${tier.name} of environment ${environment.name} is filled by ${tier.filledBy}, and there is none: connect an agent`,
    )
  }
  return { ok: true, tier }
}

function findArtifact({ snapshot }: PlanProcessInput, component: string): ArtifactRef | undefined {
  const version = snapshot === null ? undefined : own(snapshot.components, component)
  return version && { component, ...version }
}

function refuseMissing({ snapshot, process }: PlanProcessInput, component: string): PlanRefused {
  const what =
    snapshot === null
      ? `process ${process} places component ${component}, and no snapshot is given`
      : `snapshot ${snapshot.version} does not contain component ${component}`
  return refusePlan('component_missing', what)
}

function rowsOf(
  { application, environment, inventory }: PlanProcessInput,
  component: string,
): ReadonlyMap<string, InventoryRow> {
  const rows = inventory.filter(
    (row) =>
      row.environment === environment.id &&
      row.component.project === application.project &&
      row.component.application === application.name &&
      row.component.name === component,
  )
  return new Map(rows.map((row) => [row.resource, row]))
}

/** Names come from people: only what somebody wrote is there. */
function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
