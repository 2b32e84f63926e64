// The values that all definitions are made of, each with its limit and the sentence of its refusal.

import * as z from 'zod/mini'

import { complain, type Complaint } from './complaint.ts'
import { DURATION_PATTERN, SHARE_PATTERN } from './duration.ts'
import * as limits from './limits.ts'
import { addressOf, NAME_PATTERN, RELEASE_NAME_PATTERN } from './name.ts'

const NAME_RULE = `Names are lower-case words with hyphens, at most ${limits.NAME_LENGTH_MAX} characters.`

function matching(pattern: RegExp, error: string) {
  return z.string({ error }).check(z.regex(pattern, { error, abort: true }))
}

/** A name of an application, component, tier, environment, stage or pipeline. */
export const Name = z.string().check(
  z.maxLength(limits.NAME_LENGTH_MAX, {
    error: complain({ code: 'wrong_name', message: NAME_RULE }),
    abort: true,
  }),
  z.regex(NAME_PATTERN, { error: complain({ code: 'wrong_name', message: NAME_RULE }) }),
)

/** A name of a release: versions may stand in it. */
export const ReleaseName = z.string().check(
  z.maxLength(limits.NAME_LENGTH_MAX, {
    error: complain({ code: 'wrong_name', message: NAME_RULE }),
    abort: true,
  }),
  z.regex(RELEASE_NAME_PATTERN, { error: complain({ code: 'wrong_name', message: NAME_RULE }) }),
)

/** A name in words: of a task, step, rule, window or freeze. Its address must not be empty. */
export const Words = z.string().check(
  z.maxLength(limits.WORDS_LENGTH_MAX, {
    error: complain({
      code: 'wrong_name',
      message: `This name has more than ${limits.WORDS_LENGTH_MAX} characters.`,
    }),
    abort: true,
  }),
  z.refine((text) => addressOf(text) !== '' && !hasControlCharacter(text), {
    error: complain({
      code: 'wrong_name',
      message: 'This name needs at least one letter or digit, on one line.',
    }),
  }),
)

/** A name that a person or group has on the server. */
export const PrincipalName = matching(
  /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$/,
  complain({
    code: 'wrong_name',
    message: 'This is not a name that a person or a group can have.',
  }),
)

/** Text for people. */
export const Text = z.string().check(z.minLength(1), z.maxLength(limits.TEXT_LENGTH_MAX))

/** One line of text: a path, a label, a pattern. */
export const Line = z.string().check(
  z.minLength(1),
  z.maxLength(limits.QUERY_LENGTH_MAX),
  z.refine((text) => !hasControlCharacter(text), {
    error: complain({
      code: 'wrong_value',
      message: 'This must be one line, without control characters.',
    }),
  }),
)

/** An address of a page or an interface, read by http or https. */
export const Address = z.string().check(
  z.maxLength(limits.QUERY_LENGTH_MAX),
  z.refine((text) => /^https?:\/\//.test(text) && URL.canParse(text), {
    error: complain({
      code: 'wrong_value',
      message: 'This is not an address that begins with http:// or https://.',
    }),
  }),
)

const DURATION_RULE = 'A duration is written with its unit: 30s, 15m, 24h or 7d.'
export const Duration = matching(
  DURATION_PATTERN,
  complain({ code: 'wrong_unit', message: DURATION_RULE }),
)

const SHARE_RULE = 'A share is written with its unit, from 0% to 100%: 1% or 0.5%.'
export const Share = matching(
  SHARE_PATTERN,
  complain({ code: 'wrong_unit', message: SHARE_RULE }),
).check(
  z.refine((text) => Number(text.slice(0, -1)) <= 100, {
    error: complain({ code: 'wrong_unit', message: SHARE_RULE }),
  }),
)

/** A count: a bare, whole number from 1. */
export const Count = z
  .number({
    error: wrongType({
      code: 'wrong_unit',
      message: 'A count is a bare number, without quotes and unit.',
    }),
  })
  .check(z.int(), z.gte(1), z.lte(1_000_000))

/** CEL text. What is in it is judged by the checks, with the variables of its place. */
export const Condition = z.strictObject(
  { cel: z.string().check(z.minLength(1)) },
  {
    error: complain({
      code: 'wrong_type',
      message: 'A condition is written cel`…`, or { cel: "…" } in YAML.',
    }),
  },
)
export type ConditionText = z.output<typeof Condition>

export const Secret = z.strictObject(
  { secret: Name },
  {
    error: complain({
      code: 'wrong_type',
      message: "A secret is written secret('name'), or { secret: name } in YAML.",
    }),
  },
)

const PARAMETER_NAME_PATTERN = /^[a-z][A-Za-z0-9_]{0,39}$/
export const ParameterName = matching(
  PARAMETER_NAME_PATTERN,
  complain({
    code: 'wrong_name',
    message:
      'A parameter begins with a small letter and has letters, digits and underscores, at most 40.',
  }),
)
export const ParameterRef = z.strictObject({ parameter: ParameterName })
export type ParameterReference = z.output<typeof ParameterRef>

/** A duration, or a parameter of that type. */
export const DurationValue = z.union([Duration, ParameterRef], {
  error: complain({ code: 'wrong_unit', message: DURATION_RULE }),
})
/** A share, or a parameter of that type. */
export const ShareValue = z.union([Share, ParameterRef], {
  error: complain({ code: 'wrong_unit', message: SHARE_RULE }),
})

const Argument = z.union([z.string().check(z.maxLength(limits.SCRIPT_LENGTH_MAX)), ParameterRef], {
  error: (issue) =>
    isSecret(issue.input)
      ? complain({
          code: 'secret_in_argv',
          message:
            'A secret has no place in a command line, where everybody on the machine can read it. Give it through env.',
        })
      : complain({
          code: 'wrong_type',
          message: 'An argument is text, in quotes, or a parameter.',
        }),
})

/** A command as an argument list: no shell reads it. */
export const ArgumentList = z
  .array(Argument, {
    error: wrongType({
      code: 'wrong_type',
      message: "A command is a list of arguments, such as ['make', 'test'].",
    }),
  })
  .check(z.minLength(1), z.maxLength(limits.ARGUMENTS_MAX))

const VARIABLE_NAME_PATTERN = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/
const VariableName = matching(
  VARIABLE_NAME_PATTERN,
  complain({
    code: 'wrong_name',
    message: 'A variable has letters, digits and underscores, at most 100.',
  }),
)
const PlainValue = z.union([
  z.string().check(z.maxLength(limits.SCRIPT_LENGTH_MAX)),
  z.number(),
  z.boolean(),
])

/** Variables of a command: values, parameters and secrets. */
export const Env = z
  .record(
    VariableName,
    z.union([PlainValue, ParameterRef, Secret], {
      error: complain({
        code: 'wrong_type',
        message: 'A variable is text, a number, true or false, a parameter or a secret.',
      }),
    }),
  )
  .check(atMost(limits.ENVIRONMENT_VARIABLES_MAX, 'variables'))

/** Variables of an environment: plain values only. */
export const Variables = z
  .record(
    VariableName,
    z.union([PlainValue], {
      error: (issue) =>
        isSecret(issue.input)
          ? complain({
              code: 'secret_not_accepted',
              message: 'A secret belongs under secrets, not under variables.',
            })
          : complain({
              code: 'wrong_type',
              message: 'A variable is text, a number, true or false.',
            }),
    }),
  )
  .check(atMost(limits.ENVIRONMENT_VARIABLES_MAX, 'variables'))

export const Secrets = z
  .record(VariableName, Secret)
  .check(atMost(limits.ENVIRONMENT_VARIABLES_MAX, 'secrets'))

// The refusal of a value of another type; what is wrong with a value of the right one is said by its checks.
function wrongType(complaint: Complaint) {
  return (issue: { readonly code: string }): string | undefined =>
    issue.code === 'invalid_type' ? complain(complaint) : undefined
}

/** Refuses a map with more entries than this. */
export function atMost(entriesMax: number, things: string) {
  return z.refine<Record<string, unknown>>((map) => Object.keys(map).length <= entriesMax, {
    error: complain({
      code: 'too_many',
      message: `There are more than ${entriesMax} ${things} here.`,
    }),
  })
}

function isSecret(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'secret' in input
}

function hasControlCharacter(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- finding them is the purpose
  return /[\u0000-\u001f\u007f\u2028\u2029]/.test(text)
}
