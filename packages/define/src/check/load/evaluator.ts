// The child process that evaluates definitions written in TypeScript. It has no network, no variables, no clock and no
// chance, reads the repository only, and says what it found as one JSON text on its fourth descriptor.
//
//     node --permission … evaluator.ts OWN-COPY-OF-DEFINE FILE…

import { writeSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'

import { PLACE } from '../../place.ts'

/** What the child found: a definition with the calls that made its parts, or why a file gave none. */
export type Evaluation = {
  readonly definitions: readonly EvaluatedDefinition[]
  readonly failures: readonly EvaluationFailure[]
}
export type EvaluatedDefinition = {
  readonly file: string
  readonly json: unknown
  /** Pointer (keys joined by NUL), file, line, column. */
  readonly places: readonly (readonly [string, string, number, number])[]
}
export type EvaluationFailure = {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly message: string
}

// Our own files are not where a mistake was made.
const OWN = new URL('../../', import.meta.url).href

const DEPTH_MAX = 64
const KINDS: ReadonlySet<unknown> = new Set(['application', 'environment', 'pipeline', 'release'])

if (import.meta.main) {
  const [ownCopy = '', ...files] = process.argv.slice(2)
  preferRepository(ownCopy)
  takeAwayClockAndChance()
  const evaluation = JSON.stringify(await evaluateFiles(files))
  for (let written = 0, bytes = Buffer.from(evaluation); written < bytes.length;) {
    written += writeSync(3, bytes, written)
  }
}

// '@lockstep/define' is the repository's own copy, or ours when it has none.
function preferRepository(ownCopy: string): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      try {
        return next(specifier, context)
      } catch (error) {
        if (specifier === '@lockstep/define') return { url: ownCopy, shortCircuit: true }
        throw error
      }
    },
  })
}

function takeAwayClockAndChance(): void {
  const refuse = (what: string) => (): never => {
    throw new Error(
      `Definitions have no ${what}: the same files must always mean the same. Write it as a value.`,
    )
  }
  const noClock = refuse('clock')
  const noChance = refuse('randomness')
  const frozenDate = Object.assign(
    function Date(): never {
      return noClock()
    },
    { now: noClock, parse: noClock, UTC: noClock },
  )
  Object.defineProperty(globalThis, 'Date', { value: frozenDate })
  Object.defineProperty(globalThis, 'Temporal', { value: undefined })
  Object.defineProperty(performance, 'now', { value: noClock })
  Object.defineProperty(Math, 'random', { value: noChance })
  Object.defineProperty(crypto, 'getRandomValues', { value: noChance })
  Object.defineProperty(crypto, 'randomUUID', { value: noChance })
  Object.defineProperty(process, 'hrtime', { value: noClock })
}

async function evaluateFiles(files: readonly string[]): Promise<Evaluation> {
  const seen = new Set<unknown>()
  const definitions: EvaluatedDefinition[] = []
  const failures: EvaluationFailure[] = []
  for (const file of files) {
    try {
      const exported: object = await import(pathToFileURL(file).href)
      for (const value of Object.values(exported).flat() as unknown[]) {
        if (!isDefinition(value) || seen.has(value)) continue
        seen.add(value)
        definitions.push(describe(file, value))
      }
    } catch (error) {
      failures.push(describeFailure(file, error))
    }
  }
  return { definitions, failures }
}

function isDefinition(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    PLACE in value &&
    KINDS.has(Reflect.get(value, 'kind'))
  )
}

function describe(file: string, definition: object): EvaluatedDefinition {
  const places: [string, string, number, number][] = []
  const json = toJson(definition, [], places)
  return { file, json, places }
}

function toJson(
  value: unknown,
  at: readonly string[],
  places: [string, string, number, number][],
): unknown {
  if (at.length > DEPTH_MAX)
    throw new Error(`${at.slice(0, 4).join('.')}… is nested too deep, or contains itself`)
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (Array.isArray(value))
    return value.map((entry, index) => toJson(entry, [...at, String(index)], places))
  if (typeof value !== 'object')
    throw new Error(`${at.join('.')} is a ${typeof value}, which is not data`)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    throw new Error(`${at.join('.')} is an object of a class, which is not data`)
  }
  notePlace(value, at, places)
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => [key, toJson(inner, [...at, key], places)]),
  )
}

function notePlace(
  value: object,
  at: readonly string[],
  places: [string, string, number, number][],
): void {
  if (!(PLACE in value)) return
  const call: unknown = Reflect.get(value, PLACE)
  const stack: unknown =
    typeof call === 'object' && call !== null ? Reflect.get(call, 'stack') : undefined
  const frame = typeof stack === 'string' ? findFrame(stack) : undefined
  if (frame !== undefined) places.push([at.join('\u0000'), frame.file, frame.line, frame.column])
}

function findFrame(stack: string): { file: string; line: number; column: number } | undefined {
  for (const match of stack.matchAll(/(file:\/\/[^\s()]+?):(\d+)(?::(\d+))?/g)) {
    const [, file = '', line, column] = match
    if (!file.startsWith(OWN)) return { file, line: Number(line), column: Number(column ?? 1) }
  }
  return undefined
}

function describeFailure(file: string, error: unknown): EvaluationFailure {
  const message = error instanceof Error ? error.message : String(error)
  const stack = error instanceof Error ? String(error.stack) : ''
  const frame = findFrame(stack.replaceAll(/(?<![:/\w])(\/[^\s():]+\.ts:\d+)/g, 'file://$1'))
  const first = message.split('\n').find((line) => line.trim() !== '') ?? 'it failed'
  return {
    message: first.slice(0, 500),
    ...(frame ?? { file: pathToFileURL(file).href, line: 1, column: 1 }),
  }
}
