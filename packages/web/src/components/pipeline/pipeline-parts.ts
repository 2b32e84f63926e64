// A pipeline as its parts: stages, gates, tasks, groups. Each part is named by the way to it in the JSON of the definition.

/** The way to a part: `['stages', 0, 'tasks', 1]`. */
export type Way = readonly (string | number)[]
/** What a definition says, also while somebody writes it: every field may be missing or wrong. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json }
export type Fields = { readonly [key: string]: Json }

/** `stages.0.tasks.1`, as an address has it. */
export function wayText(way: Way): string {
  return way.join('.')
}

/** The way that a text names; undefined when it is none. */
export function parseWay(text: string): Way | undefined {
  if (!/^[a-z]+(?:\.(?:[a-z]+|\d{1,3}))*$/i.test(text)) return undefined
  return text.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key))
}

/** What came as JSON, as JSON: the types of definitions say more than is needed here. */
export function jsonOf(value: unknown): Json {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it came over the wire
  return value as Json
}

export function isFields(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function listAt(value: Json | undefined, key: string): readonly Json[] {
  const found = isFields(value) ? value[key] : undefined
  return Array.isArray(found) ? found : []
}

export function textAt(value: Json | undefined, key: string): string {
  const found = isFields(value) ? value[key] : undefined
  return typeof found === 'string' ? found : ''
}

/** What stands at the end of a way; undefined: nothing. */
export function valueAt(whole: Json, way: Way): Json | undefined {
  let value: Json | undefined = whole
  for (const key of way) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = Array.isArray(value) ? value[Number(key)] : isFields(value) ? value[key] : undefined
  }
  return value
}

/** A line of the outline. */
export interface Part {
  readonly way: Way
  readonly is: 'trigger' | 'parameter' | 'stage' | 'gate' | 'group' | 'task' | 'rule'
  /** How deep it stands: a stage is 0. */
  readonly depth: number
}

/** All parts in reading order. Rules of gates are parts too, below their gate. */
export function partsOf(pipeline: Json): readonly Part[] {
  const parts: Part[] = []
  listAt(pipeline, 'on').forEach((_, at) =>
    parts.push({ way: ['on', at], is: 'trigger', depth: 0 }),
  )
  listAt(pipeline, 'parameters').forEach((_, at) =>
    parts.push({ way: ['parameters', at], is: 'parameter', depth: 0 }),
  )
  listAt(pipeline, 'stages').forEach((stage, at) => {
    const way = ['stages', at]
    parts.push({ way, is: 'stage', depth: 0 })
    addGate(parts, stage, [...way, 'entry'])
    addTasks(parts, stage, [...way, 'tasks'], 1)
    addGate(parts, stage, [...way, 'exit'])
  })
  return parts
}

function addGate(parts: Part[], stage: Json, way: Way): void {
  parts.push({ way, is: 'gate', depth: 1 })
  addRules(parts, listAt(stage, String(way.at(-1))), way, 2)
}

function addRules(parts: Part[], rules: readonly Json[], way: Way, depth: number): void {
  rules.forEach((rule, at) => {
    const here = [...way, at]
    parts.push({ way: here, is: 'rule', depth })
    if (textAt(rule, 'kind') === 'side_by_side')
      addRules(parts, listAt(rule, 'rules'), [...here, 'rules'], depth + 1)
  })
}

function addTasks(parts: Part[], around: Json, way: Way, depth: number): void {
  listAt(around, 'tasks').forEach((task, at) => {
    const here = [...way, at]
    const isGroup = GROUPS.includes(textAt(task, 'kind'))
    parts.push({ way: here, is: isGroup ? 'group' : 'task', depth })
    if (isGroup) addTasks(parts, task, [...here, 'tasks'], depth + 1)
  })
}

export const GROUPS: readonly string[] = ['side_by_side', 'one_after_another']

/** Whether one way leads to the other, or below it. */
export function isWithin(way: Way, around: Way): boolean {
  return around.length <= way.length && around.every((key, at) => key === way[at])
}
