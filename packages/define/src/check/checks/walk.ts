// Ways through a definition, with the pointer of everything on the way.

import type { Pointer } from '../mistake/finding.ts'
import type { Definition } from '../schema/definition.ts'
import type { StepDefinition } from '../schema/process.ts'
import type { Reference } from '../schema/reference.ts'
import type { RuleDefinition } from '../schema/rule.ts'
import type { SingleTaskDefinition, TaskDefinition } from '../schema/task.ts'

/** Something in a definition and where it stands. */
export type Placed<T> = { readonly value: T; readonly at: Pointer }

/** Lists of rules: of gates, of holds between waves, and of the groups in them. */
export function listRules(definition: Definition): Placed<readonly RuleDefinition[]>[] {
  const lists: Placed<readonly RuleDefinition[]>[] = []
  if (definition.kind === 'pipeline') {
    for (const [index, stage] of definition.stages.entries()) {
      lists.push(...rulesWithGroups(stage.entry, ['stages', index, 'entry']))
      lists.push(...rulesWithGroups(stage.exit, ['stages', index, 'exit']))
    }
  }
  if (definition.kind === 'environment') {
    for (const [index, tier] of definition.tiers.entries()) {
      if (tier.kind !== 'fleet') continue
      for (const [wave, { hold }] of tier.waves.entries()) {
        lists.push(...rulesWithGroups(hold, ['tiers', index, 'waves', wave, 'hold']))
      }
    }
  }
  return lists
}

function rulesWithGroups(
  rules: readonly RuleDefinition[],
  at: Pointer,
): Placed<readonly RuleDefinition[]>[] {
  const lists: Placed<readonly RuleDefinition[]>[] = [{ value: rules, at }]
  for (const [index, rule] of rules.entries()) {
    if (rule.kind === 'side_by_side')
      lists.push(...rulesWithGroups(rule.rules, [...at, index, 'rules']))
  }
  return lists
}

/** Lists of tasks: of a stage, and of the groups in it. */
export function taskLists(
  tasks: readonly TaskDefinition[],
  at: Pointer,
): Placed<readonly TaskDefinition[]>[] {
  const lists: Placed<readonly TaskDefinition[]>[] = [{ value: tasks, at }]
  for (const [index, task] of tasks.entries()) {
    if ('tasks' in task) lists.push(...taskLists(task.tasks, [...at, index, 'tasks']))
  }
  return lists
}

/** Every task that is not a group, in the order written. */
export function singleTasks(
  tasks: readonly TaskDefinition[],
  at: Pointer,
): Placed<SingleTaskDefinition>[] {
  return tasks.flatMap((task, index) =>
    'tasks' in task
      ? singleTasks(task.tasks, [...at, index, 'tasks'])
      : [{ value: task, at: [...at, index] }],
  )
}

/** The applications that tasks put in place. */
export function deployedApplications(tasks: readonly TaskDefinition[]): Reference[] {
  return singleTasks(tasks, []).flatMap(({ value }) =>
    value.kind === 'deploy' ? [value.application] : [],
  )
}

/** The processes of an application and of its components. */
export function listProcesses(definition: Definition): Placed<readonly StepDefinition[]>[] {
  if (definition.kind !== 'application') return []
  const ofComponents = definition.tiers.flatMap((tier, tierIndex) =>
    tier.components.flatMap((component, index) =>
      Object.entries(component.hosts ?? {}).map(([name, value]) => ({
        value,
        at: ['tiers', tierIndex, 'components', index, 'hosts', name],
      })),
    ),
  )
  const own = Object.entries(definition.processes).map(([name, value]) => ({
    value,
    at: ['processes', name],
  }))
  return [...ofComponents, ...own]
}

/** Every object in a definition that has exactly this one field: `{ secret }`, `{ group }`, `{ parameter }`, `{ cel }`. */
export function listMarked(definition: Definition, field: string): Placed<string>[] {
  const found: Placed<string>[] = []
  const visit = (value: unknown, at: Pointer): void => {
    if (typeof value !== 'object' || value === null) return
    if (Array.isArray(value)) {
      for (const [index, entry] of value.entries()) visit(entry, [...at, index])
      return
    }
    const entries = Object.entries(value)
    const [only] = entries
    if (entries.length === 1 && only?.[0] === field && typeof only[1] === 'string') {
      found.push({ value: only[1], at })
      return
    }
    for (const [key, inner] of entries) visit(inner, [...at, key])
  }
  visit(definition, [])
  return found
}
