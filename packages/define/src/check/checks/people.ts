// Names that the server gives out: groups, users, secrets, agents.

import type { Finding } from '../mistake/finding.ts'
import type { Definition } from '../schema/definition.ts'
import type { Known } from './known.ts'
import { listMarked, singleTasks } from './walk.ts'
import { unknownName } from './world.ts'

/** Groups, users, secrets and agents that do not exist. What is not known is not judged. */
export function checkServerNames(definition: Definition, known: Known): Finding[] {
  return [
    ...unknownMarked(
      definition,
      'group',
      known.groups === undefined ? undefined : Object.keys(known.groups),
    ),
    ...unknownMarked(definition, 'user', known.users),
    ...unknownMarked(definition, 'secret', known.secrets),
    ...checkAgents(definition, known.agents),
  ]
}

function unknownMarked(
  definition: Definition,
  thing: 'group' | 'user' | 'secret',
  names: readonly string[] | undefined,
): Finding[] {
  if (names === undefined) return []
  const set = new Set(names)
  return listMarked(definition, thing)
    .filter(({ value }) => !set.has(value))
    .map(({ value, at }) => {
      const finding = unknownName(thing, value, names, [...at, thing])
      if (thing !== 'secret' || finding.nearest !== undefined) return finding
      return { ...finding, message: `${finding.message} Set it with lockstep secret set ${value}.` }
    })
}

function checkAgents(definition: Definition, agents: readonly string[] | undefined): Finding[] {
  if (agents === undefined) return []
  const unknown = (name: string, at: Finding['at']): Finding[] =>
    agents.includes(name) ? [] : [unknownName('agent or label', name, agents, at)]
  if (definition.kind === 'pipeline') {
    return definition.stages.flatMap((stage, index) =>
      singleTasks(stage.tasks, ['stages', index, 'tasks']).flatMap(({ value, at }) =>
        'agent' in value && value.agent !== undefined ? unknown(value.agent, [...at, 'agent']) : [],
      ),
    )
  }
  if (definition.kind !== 'environment') return []
  return definition.tiers.flatMap((tier, index) => {
    if (tier.kind !== 'hosts') return []
    if (tier.label !== undefined) return unknown(tier.label, ['tiers', index, 'label'])
    return (tier.agents ?? []).flatMap((agent, position) =>
      unknown(agent, ['tiers', index, 'agents', position]),
    )
  })
}
