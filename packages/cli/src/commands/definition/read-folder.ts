// A folder of definitions as apply, diff and check read it.

import { stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import {
  checkDefinitions,
  loadFolder,
  presentMistakes,
  type Known,
  type Loaded,
  type LoadedDefinition,
  type Mistake,
} from '@lockstep/define/check'

import type { Context } from '../../command/context.ts'
import { Refusal } from '../../command/failure.ts'

/** Places that are sent for one definition. */
const PLACES_MAX = 20_000

/** The folders that were named, or `./lockstep`. */
export function foldersOf({ cwd }: Context, paths: readonly string[]): string[] {
  return paths.length === 0 ? [join(cwd, 'lockstep')] : paths.map((path) => resolve(cwd, path))
}

/** Definitions without a mistake, or a refusal with all mistakes at their places. */
export async function readFolder(context: Context, folder: string, known?: Known): Promise<Loaded> {
  await assertFolder(context, folder)
  const loaded = await loadFolder(folder, context.cwd)
  const checked =
    loaded.mistakes.length > 0
      ? loaded.mistakes
      : checkDefinitions(loaded.definitions, known ?? { project: loaded.project })
  if (checked.length > 0) throw mistakesRefusal(checked, loaded.sources)
  return loaded
}

async function assertFolder(context: Context, folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined)
  if (found?.isDirectory() === true) return
  const shown = relative(context.cwd, folder) || folder
  throw new Refusal(`there is no folder ${shown}.`, ['Make one with an example:  lockstep init'])
}

/** Mistakes with their lines, as a refusal. */
export function mistakesRefusal(
  mistakes: readonly Mistake[],
  sources: ReadonlyMap<string, string>,
): Refusal {
  const [first = '', ...more] = presentMistakes(mistakes, sources).split('\n')
  return new Refusal(first.replace(/^Refused: /, ''), more)
}

/** A definition as it is sent, with the places of all of its parts: a mistake that only the server sees has a line, too. */
export function sentDefinition({ definition, origin }: LoadedDefinition): {
  readonly definition: Record<string, unknown>
  readonly place: { readonly file: string; readonly line: number; readonly column: number }
  readonly places: {
    readonly at: (string | number)[]
    readonly file: string
    readonly line: number
    readonly column: number
    readonly length?: number
  }[]
} {
  const { file, line, column } = origin.locate({ at: [] })
  const places = pointersOf(definition, [])
    .slice(0, PLACES_MAX)
    .map((at) => ({ at, ...origin.locate({ at }) }))
    .filter((place) => place.line > 0)
  return { definition: { ...definition }, place: { file, line, column }, places }
}

function pointersOf(value: unknown, at: readonly (string | number)[]): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return []
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value).filter(([, inner]) => inner !== undefined)
  return entries.flatMap(([key, inner]) => [[...at, key], ...pointersOf(inner, [...at, key])])
}
