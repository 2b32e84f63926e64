// Changes that let more through than before: removed approvals, fewer approvers, looser limits, self-approval.

import { parseDuration, parseShare } from '../schema/duration.ts'
import type { Definition } from '../schema/definition.ts'
import type { EnvironmentDefinition, EnvironmentTierOf } from '../schema/environment.ts'
import type { PipelineDefinition } from '../schema/pipeline.ts'
import { addressOf } from '../schema/name.ts'
import type { ApprovalDefinition, CheckDefinition, RuleDefinition } from '../schema/rule.ts'
import { entryInWords, valueInWords } from './words.ts'

/** One thing that is weaker afterwards, in words, with its path. */
export type Weakening = { readonly path: string; readonly message: string }

/** What a new revision weakens. */
export function findWeakenings(before: Definition, after: Definition): Weakening[] {
  if (before.kind === 'pipeline' && after.kind === 'pipeline') return inPipeline(before, after)
  if (before.kind === 'environment' && after.kind === 'environment')
    return inEnvironment(before, after)
  return []
}

function inPipeline(before: PipelineDefinition, after: PipelineDefinition): Weakening[] {
  return before.stages.flatMap((stage) => {
    const now = after.stages.find((candidate) => candidate.name === stage.name)
    return (['entry', 'exit'] as const).flatMap((gate) =>
      inRules(stage[gate], now?.[gate] ?? [], `stages.${stage.name}.${gate}`),
    )
  })
}

function inRules(
  before: readonly RuleDefinition[],
  after: readonly RuleDefinition[],
  path: string,
): Weakening[] {
  const now = new Map(flatRules(after).map((rule) => [keyOf(rule), rule]))
  return flatRules(before).flatMap((rule): Weakening[] => {
    const same = now.get(keyOf(rule))
    if (same === undefined) {
      const what = rule.kind === 'approval' ? 'the approval' : 'the check'
      return [{ path, message: `${what} "${rule.name}" is removed` }]
    }
    if (rule.kind === 'approval' && same.kind === 'approval') return inApproval(rule, same, path)
    return rule.kind === 'approval' || same.kind === 'approval' ? [] : inCheck(rule, same, path)
  })
}

// Rules with a name of their own are known by it; the others by their kind, because their name says their limits.
function keyOf(rule: Exclude<RuleDefinition, { kind: 'side_by_side' }>): string {
  switch (rule.kind) {
    case 'approval':
    case 'metric':
    case 'that':
      return `${rule.kind} ${addressOf(rule.name)}`
    case 'fleet_verified':
      return `${rule.kind} ${rule.application.project ?? ''}/${rule.application.name}`
    case 'http':
      return `${rule.kind} ${rule.url}`
    case 'in_window':
      return `${rule.kind} ${rule.window}`
    case 'passed':
      return `${rule.kind} ${rule.pipeline.project ?? ''}/${rule.pipeline.name}`
    case 'tests':
      return `${rule.kind} ${rule.suite ?? ''}`
    case 'all_tasks_passed':
    case 'signed':
    case 'compatible':
    case 'healthy':
      return rule.kind
  }
}

function flatRules(
  rules: readonly RuleDefinition[],
): Exclude<RuleDefinition, { kind: 'side_by_side' }>[] {
  return rules.flatMap((rule) => (rule.kind === 'side_by_side' ? flatRules(rule.rules) : [rule]))
}

function inApproval(
  before: ApprovalDefinition,
  after: ApprovalDefinition,
  path: string,
): Weakening[] {
  const weakenings: Weakening[] = []
  const needed = neededBy(before)
  const needs = neededBy(after)
  if (needs < needed) {
    weakenings.push({ path, message: `"${after.name}" needs ${needs} instead of ${needed}` })
  }
  const more = namesOf(after).filter((name) => !namesOf(before).includes(name))
  if (after.oneFromEach.length === 0 && more.length > 0) {
    weakenings.push({ path, message: `"${after.name}" can also be given by ${more.join(', ')}` })
  }
  const without = before.oneFromEach.filter(
    ({ group }) => !after.oneFromEach.some((now) => now.group === group),
  )
  if (needs >= needed && without.length > 0) {
    const groups = without.map(({ group }) => group).join(', ')
    weakenings.push({ path, message: `"${after.name}" is no longer needed from ${groups}` })
  }
  if (before.onReject === 'wait' && after.onReject === 'continue') {
    weakenings.push({ path, message: `a rejection of "${after.name}" no longer holds the run` })
  }
  return weakenings
}

function neededBy(approval: ApprovalDefinition): number {
  return approval.oneFromEach.length > 0 ? approval.oneFromEach.length : approval.need
}

function namesOf(approval: ApprovalDefinition): string[] {
  return [...approval.by, ...approval.oneFromEach].map((approver) => valueInWords(approver))
}

function inCheck(before: CheckDefinition, after: CheckDefinition, path: string): Weakening[] {
  if (before.kind === 'tests' && after.kind === 'tests') {
    return [
      ...lowerShare(before.passRate, after.passRate, 'the pass rate of tests', path),
      ...switchedOff(before.noNewFailures, after.noNewFailures, 'new failures are', path),
    ]
  }
  if (before.kind === 'signed' && after.kind === 'signed') {
    return before.sbom && !after.sbom
      ? [{ path, message: 'a bill of materials is no longer needed' }]
      : []
  }
  if (before.kind === 'fleet_verified' && after.kind === 'fleet_verified') {
    if (typeof before.share !== 'string' || typeof after.share !== 'string') return []
    return lowerShare(before.share, after.share, 'the verified share', path)
  }
  if (before.kind !== 'metric' || after.kind !== 'metric') return []
  return inMetric(before, after, path)
}

type Metric = Extract<CheckDefinition, { kind: 'metric' }>

function inMetric(before: Metric, after: Metric, path: string): Weakening[] {
  const { name } = after
  const weakenings: Weakening[] = []
  if (before.below !== undefined && (after.below === undefined || after.below > before.below)) {
    weakenings.push({
      path,
      message: `the limit of "${name}" goes from below ${before.below} to ${limitOf(after)}`,
    })
  }
  if (before.above !== undefined && (after.above === undefined || after.above < before.above)) {
    weakenings.push({
      path,
      message: `the limit of "${name}" goes from above ${before.above} to ${limitOf(after)}`,
    })
  }
  if (typeof before.for === 'string' && isShorter(before.for, after.for)) {
    const now = typeof after.for === 'string' ? after.for : 'a moment'
    weakenings.push({ path, message: `"${name}" must hold for ${now} instead of ${before.for}` })
  }
  return weakenings
}

function limitOf(metric: Metric): string {
  if (metric.below !== undefined) return `below ${metric.below}`
  return metric.above === undefined ? 'none' : `above ${metric.above}`
}

function isShorter(before: string, after: Metric['for']): boolean {
  if (after === undefined) return true
  return typeof after === 'string' && parseDuration(after) < parseDuration(before)
}

function lowerShare(
  before: string | undefined,
  after: string | undefined,
  what: string,
  path: string,
): Weakening[] {
  if (before === undefined || (after !== undefined && parseShare(after) >= parseShare(before)))
    return []
  return [{ path, message: `${what} goes from ${before} to ${after ?? 'no limit'}` }]
}

function switchedOff(before: boolean, after: boolean, what: string, path: string): Weakening[] {
  return before && !after ? [{ path, message: `${what} accepted` }] : []
}

function inEnvironment(before: EnvironmentDefinition, after: EnvironmentDefinition): Weakening[] {
  const weakenings: Weakening[] = []
  if (!before.allowSelfApproval && after.allowSelfApproval) {
    weakenings.push({ path: 'allowSelfApproval', message: 'who starts a run may approve it' })
  }
  const gone = before.freezes.filter(
    ({ name }) => !after.freezes.some((freeze) => freeze.name === name),
  )
  for (const freeze of gone)
    weakenings.push({ path: 'freezes', message: `the freeze "${freeze.name}" is removed` })
  if (before.windows.length > 0 && after.windows.length === 0) {
    weakenings.push({ path: 'windows', message: 'a deployment may begin at any time' })
  }
  for (const tier of before.tiers) {
    const now = after.tiers.find((candidate) => candidate.name === tier.name)
    if (tier.kind === 'fleet' && now?.kind === 'fleet') weakenings.push(...inFleet(tier, now))
    if (tier.kind === 'hosts' && now?.kind === 'hosts' && now.stopAfter > tier.stopAfter) {
      weakenings.push({
        path: `tiers.${tier.name}.stopAfter`,
        message: `${tier.name} stops after ${now.stopAfter} failed instead of ${tier.stopAfter}`,
      })
    }
  }
  return weakenings
}

function inFleet(
  before: EnvironmentTierOf<'fleet'>,
  after: EnvironmentTierOf<'fleet'>,
): Weakening[] {
  const path = `tiers.${before.name}`
  const limits = (['pauseAt', 'stopAt'] as const).flatMap((limit): Weakening[] => {
    const was = before[limit]
    const now = after[limit]
    if (was === undefined || (now !== undefined && parseShare(now) <= parseShare(was))) return []
    return [
      { path: `${path}.${limit}`, message: `${limit} goes from ${was} to ${now ?? 'no limit'}` },
    ]
  })
  const waves = before.waves.flatMap((wave, index): Weakening[] => {
    const now = after.waves[index]
    if (now === undefined)
      return [
        {
          path: `${path}.waves`,
          message: `the ${entryInWords({ kind: 'wave', size: valueInWords(wave.size) })} is removed`,
        },
      ]
    const shorter = wave.soak !== undefined && isShorter(wave.soak, now.soak)
    return [
      ...(shorter
        ? [
            {
              path: `${path}.waves`,
              message: `wave ${index + 1} soaks for ${now.soak ?? 'no time'} instead of ${wave.soak}`,
            },
          ]
        : []),
      ...inRules(wave.hold, now.hold, `${path}.waves[${index}].hold`),
    ]
  })
  return [...limits, ...waves]
}
