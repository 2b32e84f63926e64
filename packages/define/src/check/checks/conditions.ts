// Conditions: each judged with the variables of its place.

import { parseCondition } from '../condition/condition.ts'
import { DEVICE_SCOPE, runScope, type ConditionScope, type FieldType } from '../condition/scope.ts'
import { withQuestion, type Finding, type Pointer } from '../mistake/finding.ts'
import type { Definition } from '../schema/definition.ts'
import type { Known } from './known.ts'
import { listMarked } from './walk.ts'

/** Conditions that cannot be read, speak about unknown things, or compare what cannot be compared. */
export function checkConditions(definition: Definition, known: Known): Finding[] {
  const ofRun = runScope(parametersOf(definition), known.facts)
  return listMarked(definition, 'cel').flatMap(({ value, at }): Finding[] => {
    const parsed = parseCondition(value, scopeAt(at, ofRun))
    if (parsed.ok) return []
    const { code, message, offset, length, nearest, right } = parsed
    const question = code === 'condition_refused' ? message : withQuestion(message, nearest)
    return [
      {
        code,
        at: [...at, 'cel'],
        offset,
        length,
        message: question,
        ...(nearest === undefined ? {} : { nearest }),
        ...(right === undefined ? {} : { right }),
      },
    ]
  })
}

// Filters on devices stand at `where` of a fleet and as the size of a wave.
function scopeAt(at: Pointer, ofRun: ConditionScope): ConditionScope {
  const field = at.at(-1)
  return field === 'where' || field === 'size' ? DEVICE_SCOPE : ofRun
}

function parametersOf(definition: Definition): Record<string, FieldType> {
  if (definition.kind !== 'pipeline') return {}
  return Object.fromEntries(definition.parameters.map(({ name, kind }) => [name, kind]))
}
