// What can be done to a definition while it is edited. Each edit gives a new one and leaves the old one as it was.

import {
  isFields,
  isWithin,
  valueAt,
  wayText,
  type Fields,
  type Json,
  type Way,
} from '../../components/pipeline/pipeline-parts.ts'

/** The whole with something else at the end of a way; undefined takes a field away. */
export function withValue(whole: Json, way: Way, value: Json | undefined): Json {
  const [key, ...rest] = way
  if (key === undefined) return value ?? null
  if (typeof key === 'number') {
    const list = Array.isArray(whole) ? whole : []
    return list.map((one: Json, at) => (at === key ? withValue(one, rest, value) : one))
  }
  const fields: Fields = isFields(whole) ? whole : {}
  if (rest.length === 0 && value === undefined) {
    return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key))
  }
  return { ...fields, [key]: withValue(fields[key] ?? null, rest, value) }
}

/** Puts something at the end of the list at this way. */
export function append(whole: Json, list: Way, value: Json): Json {
  return withValue(whole, list, [...listOf(whole, list), value])
}

/** Takes one out of its list. */
export function remove(whole: Json, way: Way): Json {
  const at = way.at(-1)
  const list = way.slice(0, -1)
  return withValue(
    whole,
    list,
    listOf(whole, list).filter((_, index) => index !== at),
  )
}

/** The same once more, right behind it. What has a name is called otherwise: two of one name are refused. */
export function duplicate(whole: Json, way: Way): Json {
  const at = Number(way.at(-1))
  const list = way.slice(0, -1)
  const all = listOf(whole, list)
  const one = all[at]
  if (one === undefined) return whole
  const name = isFields(one) && typeof one['name'] === 'string' ? one['name'] : undefined
  const copy = isFields(one) && name !== undefined ? { ...one, name: otherName(name) } : one
  return withValue(whole, list, [...all.slice(0, at + 1), copy, ...all.slice(at + 1)])
}

/** `staging` → `staging-copy`, `Round trip` → `Round trip copy`. */
function otherName(name: string): string {
  return /^[a-z0-9-]+$/.test(name) ? `${name}-copy` : `${name} copy`
}

interface Moved {
  readonly whole: Json
  readonly way: Way
}

/**
 * Exchanges it with the one before or after. A task goes into a group that is there, out of one at its end, and from one
 * stage into the next; undefined when there is nowhere to go.
 */
export function move(whole: Json, way: Way, step: 1 | -1): Moved | undefined {
  const at = way.at(-1)
  const list = way.slice(0, -1)
  if (typeof at !== 'number') return undefined
  const other = listOf(whole, list)[at + step]
  if (other !== undefined) {
    const next = [...list, at + step]
    const isGroup = list.at(-1) === 'tasks' && isFields(other) && Array.isArray(other['tasks'])
    return moveTo(
      whole,
      way,
      isGroup ? endOf(whole, [...next, 'tasks'], step) : [...list, step === 1 ? at + 2 : at - 1],
    )
  }
  const around = list.slice(0, -1)
  const own = around.at(-1)
  if (list.at(-1) !== 'tasks' || typeof own !== 'number') return undefined
  const beside = [...around.slice(0, -1), own + step]
  if (around.at(-2) === 'tasks') return moveTo(whole, way, step === 1 ? beside : around)
  const tasks = [...beside, 'tasks']
  return isFields(valueAt(whole, beside))
    ? moveTo(whole, way, endOf(whole, tasks, step))
    : undefined
}

/** The place at the end of a list at which one comes in who goes down or up. */
function endOf(whole: Json, list: Way, step: 1 | -1): Way {
  return [...list, step === 1 ? 0 : listOf(whole, list).length]
}

/** Takes a part out of its list and puts it at this place of a list of the same kind; undefined where it cannot stand. */
export function moveTo(whole: Json, from: Way, place: Way): Moved | undefined {
  const [one, list, at] = [valueAt(whole, from), place.slice(0, -1), Number(place.at(-1))]
  const isInItself = isWithin(place, from) && place.length > from.length
  if (one === undefined || isInItself || from.at(-2) !== place.at(-2)) return undefined
  const all = listOf(whole, list)
  const put = withValue(whole, list, [...all.slice(0, at), one, ...all.slice(at)])
  const old = behind(from, place, 1)
  const way = behind(place, old, -1)
  return wayText(way) === wayText(from) ? undefined : { whole: remove(put, old), way }
}

/** A way, after something came or went at this place: what stands behind it in that list counts otherwise. */
function behind(way: Way, place: Way, change: 1 | -1): Way {
  const depth = place.length - 1
  const [own, at] = [way[depth], Number(place[depth])]
  const isOfList = isWithin(way, place.slice(0, -1)) && typeof own === 'number'
  const isBehind = isOfList && (change === 1 ? own >= at : own > at)
  return isBehind ? way.map((key, index) => (index === depth ? own + change : key)) : way
}

function listOf(whole: Json, way: Way): readonly Json[] {
  const found = valueAt(whole, way)
  return Array.isArray(found) ? found : []
}

/** Something new of a kind, with a name where one is needed; the rest is asked for. */
export function newPart(is: 'task' | 'rule' | 'trigger' | 'parameter', kind: string): Json {
  switch (is) {
    case 'task':
      return NEW_TASKS[kind] ?? { kind, application: { name: '' } }
    case 'rule':
      return NEW_RULES[kind] ?? { kind }
    case 'trigger':
      return NEW_TRIGGERS[kind] ?? { kind }
    case 'parameter':
      return { kind, name: 'parameter' }
  }
}

const NEW_TASKS: Readonly<Record<string, Json>> = {
  test: { kind: 'test', name: 'New test', run: ['true'] },
  command: { kind: 'command', name: 'New command', argv: ['true'] },
  build: {
    kind: 'build',
    application: { name: '' },
    run: ['make'],
    version: 'VERSION',
    artifacts: {},
  },
  run_process: { kind: 'run_process', application: { name: '' }, process: 'deploy' },
  run_pipeline: { kind: 'run_pipeline', pipeline: { name: '' } },
  manual: { kind: 'manual', name: 'New manual task', by: [], instructions: '' },
  notify: { kind: 'notify', name: 'New message', to: [], text: '' },
  wait: { kind: 'wait', name: 'Wait', for: '1h' },
  wait_for: { kind: 'wait_for', check: { kind: 'healthy' } },
  side_by_side: { kind: 'side_by_side', name: 'New group', tasks: [] },
  one_after_another: { kind: 'one_after_another', name: 'New group', tasks: [] },
}
const NEW_RULES: Readonly<Record<string, Json>> = {
  approval: { kind: 'approval', name: 'New approval', by: [], need: 1 },
  metric: { kind: 'metric', name: 'New metric', promql: '', below: 1 },
  that: { kind: 'that', name: 'New condition', condition: { cel: '' } },
  http: { kind: 'http', url: 'https://' },
  in_window: { kind: 'in_window', window: '' },
  passed: { kind: 'passed', pipeline: { name: '' } },
  fleet_verified: { kind: 'fleet_verified', application: { name: '' }, share: '99%' },
  side_by_side: { kind: 'side_by_side', rules: [] },
}
const NEW_TRIGGERS: Readonly<Record<string, Json>> = {
  commit: { kind: 'commit', repository: '', branch: 'main' },
  tag: { kind: 'tag', repository: '', pattern: 'v*' },
  schedule: { kind: 'schedule', cron: '0 6 * * 1-5', zone: 'UTC' },
  new_artifact: { kind: 'new_artifact', component: '' },
  after: { kind: 'after', pipeline: { name: '' } },
}

/** A stage with nothing in it yet. */
export function newStage(whole: Json): Json {
  const names = listOf(whole, ['stages']).map((stage) => (isFields(stage) ? stage['name'] : null))
  let name = 'new-stage'
  for (let n = 2; names.includes(name); n += 1) name = `new-stage-${n}`
  return { kind: 'stage', name, entry: [], tasks: [], exit: [] }
}
