// Names: nothing stands twice in one list.

import type { Finding, Pointer } from '../mistake/finding.ts'
import type { Definition } from '../schema/definition.ts'
import { addressOf } from '../schema/name.ts'
import { listProcesses, listRules, taskLists, type Placed } from './walk.ts'

/** Two of one name in one list of the definition. */
export function checkNames(definition: Definition): Finding[] {
  return [
    ...listsOf(definition).flatMap(({ thing, list, at }) => findTwice(thing, list, at)),
    ...listProcesses(definition).flatMap(({ value, at }) => findTwice('step', value, at)),
    ...listRules(definition).flatMap(({ value, at }) => findTwice('rule', value, at)),
  ]
}

type NamedList = { readonly thing: string; readonly list: readonly object[]; readonly at: Pointer }

function listsOf(definition: Definition): NamedList[] {
  switch (definition.kind) {
    case 'application':
      return [{ thing: 'tier', list: definition.tiers, at: ['tiers'] }]
    case 'environment':
      return [
        { thing: 'environment tier', list: definition.tiers, at: ['tiers'] },
        { thing: 'window', list: definition.windows, at: ['windows'] },
        { thing: 'freeze', list: definition.freezes, at: ['freezes'] },
      ]
    case 'pipeline':
      return [
        { thing: 'parameter', list: definition.parameters, at: ['parameters'] },
        { thing: 'stage', list: definition.stages, at: ['stages'] },
        ...definition.stages.flatMap((stage, index) =>
          taskLists(stage.tasks, ['stages', index, 'tasks']).map(({ value, at }) => ({
            thing: 'task',
            list: value,
            at,
          })),
        ),
      ]
    case 'release':
      return []
  }
}

/** Components have one name in the whole application: inventory, builds and steps know them by it. */
export function checkComponentNames(definition: Definition): Finding[] {
  if (definition.kind !== 'application') return []
  const components: Placed<{ readonly name: string }>[] = definition.tiers.flatMap(
    (tier, tierIndex) =>
      tier.components.map((value, index) => ({
        value,
        at: ['tiers', tierIndex, 'components', index],
      })),
  )
  return repeated('component', components)
}

/** Two definitions of one kind and name. */
export function checkDefinitionNames(definitions: readonly Definition[]): Map<Definition, Finding> {
  const seen = new Set<string>()
  const findings = new Map<Definition, Finding>()
  for (const definition of definitions) {
    const key = `${definition.kind} ${definition.name}`
    if (seen.has(key)) findings.set(definition, twice(definition.kind, definition.name, ['name']))
    seen.add(key)
  }
  return findings
}

function findTwice(thing: string, list: readonly object[], at: Pointer): Finding[] {
  const named = list.flatMap((value, index) =>
    'name' in value && typeof value.name === 'string'
      ? [{ value: { name: value.name }, at: [...at, index] }]
      : [],
  )
  return repeated(thing, named)
}

function repeated(thing: string, list: readonly Placed<{ readonly name: string }>[]): Finding[] {
  const seen = new Map<string, string>()
  const findings: Finding[] = []
  for (const { value, at } of list) {
    const address = addressOf(value.name)
    const before = seen.get(address)
    if (before !== undefined) findings.push(twice(thing, value.name, [...at, 'name'], before))
    seen.set(address, value.name)
  }
  return findings
}

function twice(thing: string, name: string, at: Pointer, before = name): Finding {
  const same = before === name ? '' : ` "${before}" has the same address.`
  return {
    code: 'duplicate_name',
    at,
    message: `There is another ${thing} "${before}" in this list.${same}`,
  }
}
