// Everything that is wrong with definitions, at once and with places.

import { checkDefinitions, type FieldType, type Known, type Mistake } from '@lockstep/define/check'
import type { ProjectId } from '@lockstep/domain'

import { readKnown } from '../../postgres/read/known.ts'
import type { Queryable } from '../../postgres/queryable.ts'
import { no } from '../outcome.ts'
import type { ReadSent } from './read-sent.ts'

/** For whom definitions are checked. */
export interface CheckScope {
  readonly project: { readonly name: string; readonly number: number }
  readonly source: string
  readonly projects: 'all' | readonly ProjectId[]
  readonly editor?: string
}

/** The mistakes of definitions that are applied together, against everything that the server knows and they may see. */
export async function findMistakes(
  db: Queryable,
  scope: CheckScope,
  definitions: readonly ReadSent[],
): Promise<readonly Mistake[]> {
  const texts = definitions.map(({ definition }) => JSON.stringify(definition))
  const known = await readKnown(db, {
    project: scope.project,
    projects: scope.projects,
    withoutSource: scope.source,
    mentioned: new Set(texts.flatMap(namesIn)),
    ...(scope.editor === undefined ? {} : { editor: scope.editor }),
  })
  return checkDefinitions(definitions, withFactsToCome(known, texts))
}

function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/"name":"([a-z0-9-]+)"/g)].map(([, name = '']) => name)
}

/** A fact may be spoken of before it is reported; under a first word that has been reported, only what was reported. */
function withFactsToCome(known: Known, texts: readonly string[]): Known {
  const { facts } = known
  if (facts === undefined || typeof facts !== 'object' || !('fields' in facts)) return known
  const spokenOf = texts.flatMap((text) =>
    [...text.matchAll(/\bfacts\.([a-zA-Z_]\w*)/g)].map(([, word = '']) => word),
  )
  const toCome = spokenOf.map((word): [string, FieldType] => [word, 'any'])
  return { ...known, facts: { fields: { ...Object.fromEntries(toCome), ...facts.fields } } }
}

/** The refusal with these mistakes, as the problem document lists them. */
export function refuseMistakes(mistakes: readonly Mistake[]) {
  const files = new Set(mistakes.map(({ file }) => file)).size
  const where = files === 1 ? '1 file' : `${files} files`
  const [first] = mistakes
  const only = mistakes.length === 1 && first !== undefined ? ` ${first.message}` : ''
  return no(
    'definition_invalid',
    `${mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`} in ${where}.${only}`,
    { mistakes: mistakes.slice(0, MISTAKES_SHOWN_MAX).map((mistake) => ({ ...mistake })) },
  )
}

const MISTAKES_SHOWN_MAX = 200
