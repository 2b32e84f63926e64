// Everything that can be said about definitions before they are applied.

import type { Origin } from '../load/origin.ts'
import type { Finding } from '../mistake/finding.ts'
import { inReadingOrder, toMistake } from '../mistake/locate.ts'
import type { Mistake } from '../mistake/mistake.ts'
import type { Definition } from '../schema/definition.ts'
import { checkRules } from './approvals.ts'
import { checkConditions } from './conditions.ts'
import type { Known } from './known.ts'
import { checkComponentNames, checkDefinitionNames, checkNames } from './names.ts'
import { checkParameters } from './parameters.ts'
import { checkServerNames } from './people.ts'
import { checkPipeline } from './pipelines.ts'
import { checkEnvironment } from './places.ts'
import { checkProcesses } from './processes.ts'
import { checkRelease } from './releases.ts'
import { World } from './world.ts'

/** A definition to be checked, with its places if it came from a file. */
export type Checked = { readonly definition: Definition; readonly origin?: Origin }

/**
 * The mistakes of definitions that are applied together, in reading order. References lead to one another and to what
 * is known; what neither has is a mistake only where `known` lists that sort of thing.
 */
export function checkDefinitions(definitions: readonly Checked[], known: Known): Mistake[] {
  const all = definitions.map(({ definition }) => definition)
  const world = new World(all, known)
  const pipelines = all.filter((definition) => definition.kind === 'pipeline')
  const twice = checkDefinitionNames(all)
  const mistakes = definitions.flatMap(({ definition, origin }) => {
    const repeated = twice.get(definition)
    const findings: Finding[] = [
      ...(repeated === undefined ? [] : [repeated]),
      ...checkNames(definition),
      ...checkComponentNames(definition),
      ...checkProcesses(definition),
      ...checkEnvironment(definition, world),
      ...checkPipeline(definition, world),
      ...checkRules(definition, world),
      ...checkRelease(definition, world, pipelines),
      ...checkParameters(definition, world),
      ...checkServerNames(definition, known),
      ...checkConditions(definition, known),
    ]
    return findings.map((finding) => toMistake(finding, definition, origin))
  })
  return inReadingOrder(mistakes)
}
