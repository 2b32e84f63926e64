// Addresses as people type them. Pure: what they lead to is looked up by `resolve.ts`.

import { UsageRefusal } from '../command/failure.ts'

/** A definition, release, pipeline or place by its name. */
export interface ThingAddress {
  readonly project: string | undefined
  readonly name: string
}

/** A run, by its name and number or by its id. */
export type RunReference =
  | { readonly id: string }
  | (ThingAddress & { readonly number: number | 'latest' })

/** What of a run is meant. */
export type Part =
  | { readonly kind: 'run' }
  | { readonly kind: 'stage'; readonly stage: string }
  | { readonly kind: 'gate'; readonly stage: string; readonly node: 'entry' | 'exit' }
  /** A task or a step of one; which of both only the run can tell. */
  | {
      readonly kind: 'work'
      readonly stage: string
      readonly path: string
      readonly resource: string | undefined
    }

export interface RunAddress {
  readonly run: RunReference
  readonly part: Part
}

const NAME = /^[a-z0-9]+([.-][a-z0-9]+)*$/
const NUMBER = /^([1-9]\d{0,8}|latest)$/

/** `connected-car-2.0/7/staging/car-to-phone`, with its project in front or not; or with the id of a run in place of name and number. */
export function parseRunAddress(text: string): RunAddress {
  const parts = text.split('/')
  if (/^run_[0-9A-Z]{26}$/.test(parts[0] ?? '')) {
    return { run: { id: parts[0] ?? '' }, part: parsePart(parts.slice(1), text) }
  }
  const at = NUMBER.test(parts[1] ?? '') ? 1 : 2
  const [number, name, project] = [parts[at] ?? '', parts[at - 1] ?? '', parts[at - 2]]
  if (!NUMBER.test(number) || !NAME.test(name) || (project !== undefined && !NAME.test(project))) {
    throw notAnAddress(text, 'of a run, such as connected-car-2.0/7')
  }
  return {
    run: { project, name, number: number === 'latest' ? 'latest' : Number(number) },
    part: parsePart(parts.slice(at + 1), text),
  }
}

function parsePart(parts: readonly string[], text: string): Part {
  const [first, ...rest] = parts
  if (first === undefined) return { kind: 'run' }
  if (parts.some((part) => part === '')) throw notAnAddress(text, 'below a run')
  const gate = /^(.+)\.(entry|exit)$/.exec(first)
  if (gate !== null && rest.length === 0) {
    return { kind: 'gate', stage: gate[1] ?? '', node: gate[2] === 'entry' ? 'entry' : 'exit' }
  }
  if (rest.length === 0) return { kind: 'stage', stage: first }
  const path = rest.join('/')
  const at = path.lastIndexOf('@')
  return {
    kind: 'work',
    stage: first,
    path: at < 0 ? path : path.slice(0, at),
    resource: at < 0 ? undefined : path.slice(at + 1),
  }
}

/** `connected-car-2.0` or `embedded/vehicle-firmware`. */
export function parseThingAddress(text: string): ThingAddress {
  const [name = '', project, ...more] = text.split('/').toReversed()
  if (more.length > 0 || !NAME.test(name) || (project !== undefined && !NAME.test(project))) {
    throw notAnAddress(text, 'of this sort, such as connected-car or connected-car/staging')
  }
  return { project, name }
}

/** `data-backend:2.0.0-rc.6`, with its project in front or not. */
export function parseSnapshotAddress(text: string): ThingAddress & { readonly version: string } {
  const colon = text.indexOf(':')
  const version = text.slice(colon + 1)
  if (colon < 0 || version === '')
    throw notAnAddress(text, 'of a snapshot, such as data-backend:2.0.0')
  return { ...parseThingAddress(text.slice(0, colon)), version }
}

export const KINDS = ['application', 'environment', 'pipeline', 'release'] as const
export type Kind = (typeof KINDS)[number]

/** `pipeline/connected-car`, with a project in front of the name or not. */
export function parseDefinitionAddress(text: string): ThingAddress & { readonly kind: Kind } {
  const slash = text.indexOf('/')
  const word = text.slice(0, Math.max(0, slash))
  const kind = KINDS.find((known) => known === word)
  if (kind === undefined) {
    throw notAnAddress(text, `of a definition: ${KINDS.map((known) => `${known}/NAME`).join(', ')}`)
  }
  return { kind, ...parseThingAddress(text.slice(slash + 1)) }
}

function notAnAddress(text: string, sort: string): UsageRefusal {
  return new UsageRefusal(`"${text}" is no address ${sort}.`, ['See  lockstep help addresses'])
}
