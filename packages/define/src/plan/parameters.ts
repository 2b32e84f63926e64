import type { EnvValue } from '@lockstep/domain'

import { parseDuration } from '../check/schema/duration.ts'
import { type ParameterDefinition } from '../check/schema/pipeline.ts'
import { DURATION_PATTERN, SHARE_PATTERN } from '../check/schema/duration.ts'
import type { Refusals } from './refusals.ts'

/** Values of a run's parameters by name: as written, checked against their type. */
export type ParameterValues = Readonly<Record<string, string>>

/**
 * What each parameter is in this run: as given, else its default. A missing one, one of the wrong type and one that
 * the pipeline does not have are refused by name.
 */
export function resolveParameters(
  parameters: readonly ParameterDefinition[],
  given: Readonly<Record<string, string | number>>,
  refusals: Refusals,
): ParameterValues {
  const values: Record<string, string> = {}
  for (const parameter of parameters) {
    const value = given[parameter.name] ?? parameter.default
    const where = `parameters › ${parameter.name}`
    if (value === undefined) {
      refusals.add(
        'parameter_missing',
        where,
        `The parameter "${parameter.name}" has no default: give it a value.`,
      )
      continue
    }
    const wrong = wrongType(parameter, String(value))
    if (wrong === undefined) values[parameter.name] = String(value)
    else refusals.add('parameter_wrong_type', where, wrong)
  }
  for (const name of Object.keys(given)) {
    if (parameters.some((parameter) => parameter.name === name)) continue
    refusals.add(
      'parameter_unknown',
      `parameters › ${name}`,
      `This pipeline has no parameter "${name}". It has: ${parameters.map(({ name }) => name).join(', ') || 'none'}.`,
    )
  }
  return values
}

function wrongType(parameter: ParameterDefinition, value: string): string | undefined {
  switch (parameter.kind) {
    case 'duration':
      return DURATION_PATTERN.test(value)
        ? undefined
        : `"${parameter.name}" is a duration, such as 30s, 15m or 2h; "${value}" is not.`
    case 'share':
      return SHARE_PATTERN.test(value)
        ? undefined
        : `"${parameter.name}" is a share, such as 1% or 0.5%; "${value}" is not.`
    case 'text':
      return parameter.oneOf === undefined || parameter.oneOf.includes(value)
        ? undefined
        : `"${parameter.name}" is one of ${parameter.oneOf.join(', ')}; "${value}" is not.`
  }
}

type Given<Value> = Value | { readonly parameter: string }

/** The text of a value that may be a parameter. */
export function textOf(
  value: Given<string | number | boolean>,
  parameters: ParameterValues,
): string {
  return typeof value === 'object' ? (parameters[value.parameter] ?? '') : String(value)
}

/** The milliseconds of a duration that may be a parameter; 0 when the parameter was refused before. */
export function durationOf(value: Given<string>, parameters: ParameterValues): number {
  const text = textOf(value, parameters)
  return DURATION_PATTERN.test(text) ? parseDuration(text) : 0
}

/** Variables of a command: parameters put in, secrets still by name. */
export function envOf(
  env: Readonly<Record<string, Given<string | number | boolean> | { readonly secret: string }>>,
  parameters: ParameterValues,
): Record<string, EnvValue> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      typeof value === 'object' && 'secret' in value ? value : textOf(value, parameters),
    ]),
  )
}
