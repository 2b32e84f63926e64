// The variables of a condition and their types: what a condition may speak about in each place.

/** The type of a value that a condition may use. `any` is only judged when the value is there. */
export type FieldType =
  | 'text'
  | 'whole'
  | 'decimal'
  | 'boolean'
  | 'duration'
  | 'share'
  | 'any'
  | { readonly list: FieldType }
  | { readonly map: FieldType }
  | { readonly fields: Readonly<Record<string, FieldType>> }

/** The variables of a place by name. */
export type ConditionScope = Readonly<Record<string, FieldType>>

const RUN: FieldType = {
  fields: {
    id: 'text',
    number: 'whole',
    attempt: 'whole',
    project: 'text',
    pipeline: 'text',
    release: 'text',
    stage: 'text',
    environment: 'text',
    startedBy: 'text',
    trigger: 'text',
    repository: 'text',
    branch: 'text',
    commit: 'text',
  },
}

const SNAPSHOT: FieldType = {
  fields: { application: 'text', version: 'text', branch: 'text', commit: 'text' },
}

/** Results of earlier tasks, by their address: `results["car-to-phone"].failed == 0`. */
const RESULTS: FieldType = {
  map: {
    fields: {
      state: 'text',
      attempts: 'whole',
      exitCode: 'whole',
      total: 'whole',
      passed: 'whole',
      failed: 'whole',
      skipped: 'whole',
      newFailures: 'whole',
    },
  },
}

const DEVICE: FieldType = {
  fields: {
    name: 'text',
    hardware: 'text',
    tags: { list: 'text' },
    attributes: { map: 'text' },
    /** Component → version that the device reported last. */
    versions: { map: 'text' },
  },
}

const RESOURCE: FieldType = {
  fields: { name: 'text', kind: 'text', labels: { list: 'text' }, attributes: { map: 'text' } },
}

/** Facts whose types nobody told: anything may stand there, and is judged when it does. */
export const UNTYPED_FACTS: FieldType = { map: 'any' }

/** The scope of conditions of runs: `when` of stages, tasks and steps, and `that` in gates. */
export function runScope(
  parameters: Readonly<Record<string, FieldType>> = {},
  facts: FieldType = UNTYPED_FACTS,
): ConditionScope {
  return {
    parameters: { fields: parameters },
    run: RUN,
    snapshot: SNAPSHOT,
    results: RESULTS,
    facts,
  }
}

/** The scope of filters on devices: `where` of a fleet, and waves chosen by condition. */
export const DEVICE_SCOPE: ConditionScope = { device: DEVICE }

/** The scope of filters on hosts and other resources. */
export const RESOURCE_SCOPE: ConditionScope = { resource: RESOURCE }

/** The type in words, with its article. */
export function typeInWords(type: FieldType): string {
  if (typeof type === 'object') {
    if ('list' in type) return 'a list'
    return 'a map'
  }
  return TYPE_WORDS[type]
}

const TYPE_WORDS = {
  text: 'text',
  whole: 'a whole number',
  decimal: 'a decimal number',
  boolean: 'true or false',
  duration: 'a duration',
  share: 'a share',
  any: 'a value of any type',
} as const
