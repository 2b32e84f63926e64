// The steps of one component's process in one place: chains of links over the resources of an environment tier.

import { isProven, type InventoryRow } from '../environment/inventory.ts'
import { addressOf } from './address.ts'
import { orderSteps, refusePlan, type PlanRefused } from './order-steps.ts'
import type {
  ApplicationStep,
  ComponentStep,
  EnvironmentTierInput,
  PlanProcessInput,
  RunOn,
} from './plan-input.ts'
import {
  LINKS_MAX,
  TARGETS_MAX,
  type ArtifactRef,
  type LinkPlan,
  type StepPlan,
  type TargetPlan,
  type Work,
} from './process-plan.ts'

/** One step of an application's process, with everything it names looked up. */
export interface PlacedStep {
  readonly step: ApplicationStep
  readonly component: string
  readonly tier: EnvironmentTierInput
  /** Steps of the component's process, as written. */
  readonly chain: readonly ComponentStep[]
  /** The component as the snapshot has it; null where nothing is placed. */
  readonly artifact: ArtifactRef | null
  /** What other steps of the same process place of the component, also in their turn before this one; null: nothing. */
  readonly beside: ArtifactRef | null
  /** Last row of the inventory for each resource of the tier that has one. */
  readonly rows: ReadonlyMap<string, InventoryRow>
}

/** The plans of one component, and those of them that others wait for. */
export interface ComponentPlan {
  readonly ok: true
  readonly steps: readonly StepPlan[]
  /** Keys of the steps that nothing else of the component needs. */
  readonly last: readonly string[]
}

/** Links that are done on one resource after another without a stop in between. */
interface Segment {
  readonly key: string
  readonly steps: readonly ComponentStep[]
  readonly needs: readonly string[]
}

/** The steps of a component, each a chain as long as possible; `needs` are those of the first of them. */
export function planComponent(
  input: PlanProcessInput,
  placed: PlacedStep,
  needs: readonly string[],
): ComponentPlan | PlanRefused {
  const { step, chain, component, tier } = placed
  const where = `process ${step.process} of component ${component}`
  const other = chain.find(({ work }) => work.kind === 'other')
  if (other?.work.kind === 'other') {
    return refusePlan(
      'step_unsupported',
      `${where}: step "${other.name}" is a ${other.work.what}, which hosts cannot carry out`,
    )
  }
  if (tier.resources.length > TARGETS_MAX) {
    return refusePlan(
      'too_many_targets',
      `tier ${tier.name} has ${tier.resources.length} resources, at most ${TARGETS_MAX} fit in a plan`,
    )
  }
  const ordered = orderSteps(chain, where)
  if (!ordered.ok) return ordered
  const segments = splitChain(ordered.steps, placed)
  const long = segments.find(({ steps }) => steps.length > LINKS_MAX)
  if (long !== undefined) {
    return refusePlan('too_many_links', `${where} has more than ${LINKS_MAX} steps in a row`)
  }
  const needed = new Set(segments.flatMap((segment) => segment.needs))
  return {
    ok: true,
    steps: segments.map((segment) => planSegment(input, placed, segments, segment, needs)),
    last: segments.flatMap(({ key }) => (needed.has(key) ? [] : [key])),
  }
}

// ── chains ─────────────────────────────────────────────────────────────────────────────────────

/** Cuts where steps branch or join, and where resources, condition or the answer to a failure change. */
function splitChain(steps: readonly ComponentStep[], placed: PlacedStep): readonly Segment[] {
  const chains: ComponentStep[][] = []
  const chainOf = new Map<string, ComponentStep[]>()
  for (const step of steps) {
    const before = step.needs.length === 1 ? chainOf.get(step.needs[0] ?? '') : undefined
    const tail = before?.at(-1)
    if (before !== undefined && tail !== undefined && goesOn(tail, step, steps, placed)) {
      before.push(step)
      chainOf.set(step.name, before)
      continue
    }
    const chain = [step]
    chains.push(chain)
    chainOf.set(step.name, chain)
  }
  const base = addressOf(placed.step.name)
  const keyOf = (chain: readonly ComponentStep[] | undefined) =>
    chain === chains[0] ? base : `${base}.${addressOf(chain?.[0]?.name ?? '')}`
  // What puts a component in place is never done side by side on one resource: one chain completes it, the last.
  const isSerial = placed.artifact !== null || isRemoval(placed.step)
  return chains.map((chain, index) => {
    const written = chain[0]?.needs.map((need) => keyOf(chainOf.get(need))) ?? []
    const before = isSerial && index > 0 ? [keyOf(chains[index - 1])] : []
    return { key: keyOf(chain), steps: chain, needs: [...new Set([...written, ...before])] }
  })
}

function goesOn(
  tail: ComponentStep,
  step: ComponentStep,
  all: readonly ComponentStep[],
  { step: outer, tier }: PlacedStep,
): boolean {
  const dependents = all.filter(({ needs }) => needs.includes(tail.name))
  return (
    step.needs[0] === tail.name &&
    dependents.length === 1 &&
    tail.when === null &&
    step.when === null &&
    tail.always === step.always &&
    (tail.onError.action === 'ask') === (step.onError.action === 'ask') &&
    atOnceOf(tail.runOn, outer.runOn, tier) === atOnceOf(step.runOn, outer.runOn, tier)
  )
}

/** How many targets at once; 0: only one resource at all. */
function atOnceOf(step: RunOn, outer: RunOn, tier: EnvironmentTierInput): number {
  if (step === 'one' || outer === 'one') return 0
  if (step !== 'every') return step.atOnce
  return outer === 'every' ? tier.atOnce : outer.atOnce
}

// ── one segment ────────────────────────────────────────────────────────────────────────────────

function planSegment(
  input: PlanProcessInput,
  placed: PlacedStep,
  segments: readonly Segment[],
  segment: Segment,
  needs: readonly string[],
): StepPlan {
  const { step, component, tier, artifact } = placed
  const [first] = segment.steps
  const isWhole = segments.length === 1
  const atOnce = atOnceOf(first?.runOn ?? 'every', step.runOn, tier)
  const removes = isRemoval(step)
  return {
    key: segment.key,
    title: isWhole ? step.name : `${step.name}: ${first?.name ?? ''}`,
    component,
    process: step.process,
    tier: tier.name,
    needs: segment.needs.length === 0 ? needs : segment.needs,
    when: both(step.when, first?.when ?? null),
    always: step.always || first?.always === true,
    onError: onErrorOf(step, segment),
    atOnce: Math.max(1, atOnce),
    stopAfter: Math.max(1, tier.stopAfter),
    health: segment.key === judgedSegment(placed, segments) ? tier.healthy : null,
    installs: removes ? null : artifact,
    removes,
    links: segment.steps.map((link) => planLink(link, placed)),
    targets: planTargets(input, placed, segments, segment),
  }
}

function isRemoval(step: ApplicationStep): boolean {
  return step.process === 'undeploy'
}

function both(a: string | null, b: string | null): string | null {
  return a === null || b === null ? (a ?? b) : `(${a}) && (${b})`
}

function onErrorOf(step: ApplicationStep, segment: Segment): StepPlan['onError'] {
  const { action } = step.onError
  if (action === 'continue' || action === 'ask') return action
  return segment.steps.some(({ onError }) => onError.action === 'ask') ? 'ask' : 'stop'
}

function planLink(step: ComponentStep, { step: outer, artifact }: PlacedStep): LinkPlan {
  const says = step.onError.action !== 'stop'
  const inherits = !says && outer.onError.action === 'retry'
  return {
    name: step.name,
    work: workOf(step, artifact),
    timeoutMs: step.timeoutMs,
    noOutputMs: step.noOutputMs,
    onError: inherits ? outer.onError : step.onError,
    onLost: step.onLost === 'retry' ? 'retry' : outer.onLost,
  }
}

function workOf({ work }: ComponentStep, artifact: ArtifactRef | null): Work {
  if (work.kind === 'artifact' && artifact !== null) {
    return { kind: 'artifact', artifact, into: work.into }
  }
  if (work.kind === 'artifact' || work.kind === 'other') {
    throw new Error(`a ${work.kind} step without what it needs is refused before`)
  }
  return work
}

/** The last chain that every resource goes through is the one after which the resources must be healthy. */
function judgedSegment({ step, tier }: PlacedStep, segments: readonly Segment[]): string | null {
  if (isRemoval(step)) return null
  const everywhere = segments.findLast(({ steps }) => {
    const [first] = steps
    return first?.always !== true && atOnceOf(first?.runOn ?? 'every', step.runOn, tier) > 0
  })
  return (everywhere ?? segments.at(-1))?.key ?? null
}

// ── targets ────────────────────────────────────────────────────────────────────────────────────

function planTargets(
  input: PlanProcessInput,
  placed: PlacedStep,
  segments: readonly Segment[],
  segment: Segment,
): readonly TargetPlan[] {
  return resourcesOf(placed, segment).map((resource, index): TargetPlan => {
    const row = placed.rows.get(resource.name)
    const reason = input.force ? null : findReasonToSkip(placed, row)
    const completedBy = findCompletion(placed, segments, segment, index === 0)
    const to = isRemoval(placed.step) ? null : (placed.artifact ?? placed.beside)
    return {
      pool: `agent:${resource.id}`,
      resource: resource.name,
      matrix: {},
      action: reason === null ? 'run' : 'skip',
      reason,
      from: row === undefined || row.unknown ? null : row.reported,
      to: to === null ? null : { version: to.version, digest: to.digest },
      ...(completedBy === undefined ? {} : { completedBy }),
    }
  })
}

/** In the order of their names, so that the plan does not depend on how they were read; for `one`, the first. */
function resourcesOf(
  { tier, step }: PlacedStep,
  segment: Segment,
): EnvironmentTierInput['resources'] {
  const byName = [...tier.resources].sort((a, b) =>
    a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name < b.name ? -1 : 1,
  )
  const isOne = atOnceOf(segment.steps[0]?.runOn ?? 'every', step.runOn, tier) === 0
  return isOne ? byName.slice(0, 1) : byName
}

function findReasonToSkip(
  { artifact, step }: PlacedStep,
  row: InventoryRow | undefined,
): string | null {
  if (row === undefined) return null
  if (isRemoval(step)) return isProven(row, null) ? 'not there' : null
  return artifact !== null && isProven(row, artifact) ? `already ${artifact.version}` : null
}

/**
 * The later chain that completes a resource: the last one that goes through it in any case. A chain that may be left
 * out by its condition completes nothing, unless there is no other.
 */
function findCompletion(
  placed: PlacedStep,
  segments: readonly Segment[],
  segment: Segment,
  isFirst: boolean,
): string | undefined {
  if (placed.artifact === null && !isRemoval(placed.step)) return undefined
  const covers = ({ steps }: Segment) =>
    isFirst || atOnceOf(steps[0]?.runOn ?? 'every', placed.step.runOn, placed.tier) > 0
  const sure = ({ steps }: Segment) => steps[0]?.when === null && !steps[0].always
  const through = segments.filter(covers)
  const last = through.findLast(sure) ?? through.at(-1)
  if (last === undefined) return undefined
  return segments.indexOf(segment) < segments.indexOf(last) ? last.key : undefined
}
