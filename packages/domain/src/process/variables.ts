// Values that people named, as commands are given them: environment variables.

import type { JsonValue } from '../kernel/json.ts'
import type { EnvValue } from './process-plan.ts'

/** `soak-time` → `SOAK_TIME`. */
export function variableName(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_')
}

/**
 * The values as environment variables: names in upper case, values that are not text as JSON, secrets still by name.
 * Of two names that become the same, the later in the alphabet stays.
 */
export function asVariables(
  values: Readonly<Record<string, EnvValue | JsonValue>>,
): Readonly<Record<string, EnvValue>> {
  const variables: Record<string, EnvValue> = {}
  for (const name of Object.keys(values).sort()) {
    const value = values[name]
    if (value !== undefined) variables[variableName(name)] = asEnvValue(value)
  }
  return variables
}

function asEnvValue(value: EnvValue | JsonValue): EnvValue {
  if (typeof value === 'string') return value
  return isSecret(value) ? value : JSON.stringify(value)
}

function isSecret(value: EnvValue | JsonValue): value is { readonly secret: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'secret' in value &&
    typeof value['secret'] === 'string'
  )
}
