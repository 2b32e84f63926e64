// Places: every tier of an application has a place of a kind that it can be put in.

import type { Finding, Pointer } from '../mistake/finding.ts'
import { listInWords } from '../mistake/nearest.ts'
import type { PlaceKind } from '../schema/application.ts'
import type { Definition } from '../schema/definition.ts'
import { parseShare } from '../schema/duration.ts'
import type {
  EnvironmentDefinition,
  EnvironmentTierOf,
  TierMapDefinition,
} from '../schema/environment.ts'
import { presentReference } from '../schema/reference.ts'
import type { KnownApplication } from './known.ts'
import { unknownName, type World } from './world.ts'

/** Tier maps that forget, invent or misplace a tier, and waves that do not grow. */
export function checkEnvironment(definition: Definition, world: World): Finding[] {
  if (definition.kind !== 'environment') return []
  return [
    ...definition.receives.flatMap((map, index) =>
      checkTierMap(definition, map, ['receives', index], world),
    ),
    ...checkRepeatedMaps(definition, world),
    ...definition.tiers.flatMap((tier, index) =>
      tier.kind === 'fleet' ? checkFleet(tier, ['tiers', index]) : [],
    ),
  ]
}

function checkTierMap(
  environment: EnvironmentDefinition,
  tierMap: TierMapDefinition,
  at: Pointer,
  world: World,
): Finding[] {
  const application = world.application(tierMap.application, [...at, 'application'])
  const targets = new Map(environment.tiers.map((tier) => [tier.name, tier.kind]))
  const missing = Object.entries(tierMap.map).flatMap(([tier, target]): Finding[] =>
    targets.has(target)
      ? []
      : [unknownName('environment tier', target, targets.keys(), [...at, 'map', tier])],
  )
  if (application.finding !== undefined) return [application.finding, ...missing]
  if (application.found === undefined) return missing
  return [...missing, ...checkTiers(application.found, tierMap, targets, at)]
}

function checkTiers(
  application: KnownApplication,
  tierMap: TierMapDefinition,
  targets: ReadonlyMap<string, PlaceKind>,
  at: Pointer,
): Finding[] {
  const name = presentReference(tierMap.application)
  const findings: Finding[] = []
  for (const tier of Object.keys(tierMap.map)) {
    if (!Object.hasOwn(application.tiers, tier)) {
      const unknown = unknownName(`tier of "${name}"`, tier, Object.keys(application.tiers), [
        ...at,
        'map',
        tier,
      ])
      findings.push({ ...unknown, key: true })
    }
  }
  for (const [tier, places] of Object.entries(application.tiers)) {
    const target = Object.hasOwn(tierMap.map, tier) ? tierMap.map[tier] : undefined
    if (target === undefined) {
      findings.push({
        code: 'tier_not_mapped',
        at: [...at, 'map'],
        message: `The tier "${tier}" of "${name}" has no place here. Map it to one of ${listInWords([...targets.keys()], 'or')}.`,
      })
      continue
    }
    const kind = targets.get(target)
    if (kind !== undefined && !places.includes(kind))
      findings.push(wrongPlace({ tier, name, target, kind, places, at }))
  }
  return findings
}

function wrongPlace(wrong: {
  tier: string
  name: string
  target: string
  kind: PlaceKind
  places: readonly PlaceKind[]
  at: Pointer
}): Finding {
  const { tier, name, target, kind, places, at } = wrong
  const fits =
    places.length === 0 ? 'nothing: its components fit no common kind' : listInWords([...places])
  return {
    code: 'wrong_place',
    at: [...at, 'map', tier],
    message: `"${target}" is ${KIND_WORDS[kind]}; the tier "${tier}" of "${name}" can be put in ${fits}.`,
  }
}

const KIND_WORDS: Readonly<Record<PlaceKind, string>> = {
  hosts: 'a hosts tier',
  fleet: 'a fleet',
  store: 'a store track',
}

function checkRepeatedMaps(environment: EnvironmentDefinition, world: World): Finding[] {
  const seen = new Set<string>()
  return environment.receives.flatMap(({ application }, index): Finding[] => {
    const address = world.addressOf(application)
    if (!seen.has(address)) {
      seen.add(address)
      return []
    }
    return [
      {
        code: 'duplicate_name',
        at: ['receives', index, 'application', 'name'],
        message: `There is another tier map of "${presentReference(application)}" here.`,
      },
    ]
  })
}

function checkFleet(fleet: EnvironmentTierOf<'fleet'>, at: Pointer): Finding[] {
  const findings: Finding[] = []
  let before = 0
  for (const [index, { size }] of fleet.waves.entries()) {
    if (typeof size !== 'string') continue
    const share = parseShare(size)
    if (share <= before) {
      findings.push({
        code: 'wrong_value',
        at: [...at, 'waves', index, 'size'],
        message: `A wave is the share that is reached with it: ${size} after ${before}% adds nothing.`,
      })
    }
    before = share
  }
  const { pauseAt, stopAt } = fleet
  if (pauseAt !== undefined && stopAt !== undefined && parseShare(pauseAt) > parseShare(stopAt)) {
    findings.push({
      code: 'wrong_value',
      at: [...at, 'pauseAt'],
      message: `The rollout would stop at ${stopAt} failed before it pauses at ${pauseAt}.`,
    })
  }
  return findings
}
