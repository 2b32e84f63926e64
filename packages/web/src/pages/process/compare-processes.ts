// Two revisions of a process as one graph: which steps came, went, changed, or stayed as they were.

import type { StepDefinition } from '@lockstep/define/check'
import type { ListedProcess } from './list-processes.ts'

/** `moved`: it does the same after other steps. */
export type Change = 'added' | 'removed' | 'changed' | 'moved' | 'same'

/** One setting of a step in both revisions; null: not there. */
export interface SettingChange {
  readonly path: string
  readonly change: 'added' | 'removed' | 'changed'
  readonly before: string | null
  readonly after: string | null
}

export interface ComparedStep {
  /** As the newer revision has it; as the older one had it when it is gone. */
  readonly step: StepDefinition
  readonly change: Change
  readonly lines: readonly SettingChange[]
}

export interface ComparedProcess {
  readonly steps: readonly ComparedStep[]
  readonly edges: ReadonlyMap<string, 'added' | 'removed'>
}

/** Steps are the same when they have the same name. undefined: the revision does not have the process. */
export function compareProcesses(
  before: ListedProcess | undefined,
  after: ListedProcess | undefined,
): ComparedProcess {
  const [old, young] = [before?.steps ?? [], after?.steps ?? []]
  const oldByName = new Map(old.map((step) => [step.name, step]))
  const names = new Set(young.map(({ name }) => name))
  const steps = [
    ...young.map((step): ComparedStep => {
      const was = oldByName.get(step.name)
      if (was === undefined) return { step, change: 'added', lines: [] }
      const lines = compareSettings(was, step)
      const isOther = lines.some(({ path }) => path !== 'needs')
      return { step, change: isOther ? 'changed' : lines.length > 0 ? 'moved' : 'same', lines }
    }),
    ...old
      .filter(({ name }) => !names.has(name))
      .map((step): ComparedStep => ({ step, change: 'removed', lines: [] })),
  ]
  const [was, is] = [edgesOf(old), edgesOf(young)]
  return {
    steps,
    edges: new Map([
      ...[...is].filter((edge) => !was.has(edge)).map((edge) => [edge, 'added'] as const),
      ...[...was].filter((edge) => !is.has(edge)).map((edge) => [edge, 'removed'] as const),
    ]),
  }
}

/** How an edge is called in `edges`. */
export function edgeKey(from: string, to: string): string {
  return `${from}\n${to}`
}

/** The steps with the needs of both revisions: a step that went keeps its place between those that stayed. */
export function drawnSteps({ steps, edges }: ComparedProcess): readonly StepDefinition[] {
  const removed = [...edges].filter(([, change]) => change === 'removed').map(([key]) => key)
  return steps.map(({ step }) => ({
    ...step,
    needs: [
      ...new Set([
        ...step.needs,
        ...removed.flatMap((key) => {
          const [from = '', to] = key.split('\n')
          return to === step.name ? [from] : []
        }),
      ]),
    ],
  }))
}

function edgesOf(steps: readonly StepDefinition[]): ReadonlySet<string> {
  return new Set(steps.flatMap(({ name, needs }) => needs.map((need) => edgeKey(need, name))))
}

function compareSettings(before: StepDefinition, after: StepDefinition): readonly SettingChange[] {
  const [was, is] = [flatten(before), flatten(after)]
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((path) => {
    const [old, young] = [was.get(path) ?? null, is.get(path) ?? null]
    if (old === young) return []
    const change = old === null ? 'added' : young === null ? 'removed' : 'changed'
    return [{ path, change, before: old, after: young } as const]
  })
}

/** Every setting by the way to it; lists of words stay whole, because a command is read as one. */
function flatten(value: unknown, path = ''): ReadonlyMap<string, string> {
  if (value === undefined) return new Map()
  if (typeof value !== 'object' || value === null) return new Map([[path, wordOf(value)]])
  if (Array.isArray(value)) {
    const words = value.map(wordOf).join(path === 'needs' ? ', ' : ' ')
    return value.length === 0 ? new Map() : new Map([[path, words]])
  }
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [
      ...flatten(inner, path === '' ? key : `${path}.${key}`),
    ]),
  )
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** `1 added, 2 changed, 3 as they were`. */
export function comparedWords({ steps }: ComparedProcess): string {
  const count = (change: Change): number => steps.filter((one) => one.change === change).length
  const parts = (['added', 'removed', 'changed', 'moved'] as const).flatMap((change) =>
    count(change) === 0 ? [] : [`${count(change)} ${change}`],
  )
  const same = count('same')
  if (parts.length === 0) return 'Nothing is different'
  if (same > 0) parts.push(`${same} as ${same === 1 ? 'it was' : 'they were'}`)
  return parts.join(', ')
}
