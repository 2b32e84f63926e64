// Conditions: parsed and judged when they are applied, evaluated when they count. An error never passes.

import type { Environment, ParseResult } from '@marcbachmann/cel-js'

import { withQuestion } from '../mistake/finding.ts'
import { CONDITION_LENGTH_MAX, typedEnvironment, untypedEnvironment } from './environment.ts'
import { findRefused } from './guard.ts'
import { inferScope } from './infer.ts'
import type { ConditionScope } from './scope.ts'
import {
  celTypeInWords,
  explainTypeError,
  type CelError,
  type ConditionMistake,
} from './type-mistake.ts'
import { bringToTypes } from './values.ts'

export type ParsedCondition = { readonly ok: true } | ({ readonly ok: false } & ConditionMistake)

/** What a condition says about some values. `error` says why nobody can tell; it is never a yes. */
export type Evaluated =
  | { readonly ok: true; readonly holds: boolean }
  | { readonly ok: false; readonly error: string }

/** A condition that was judged once and is evaluated often. */
export type CompiledCondition =
  | {
      readonly ok: true
      readonly evaluate: (values: Readonly<Record<string, unknown>>) => Evaluated
    }
  | ({ readonly ok: false } & ConditionMistake)

/** Whether the text is a condition on the variables of this scope; otherwise what is wrong, where, and what would be right. */
export function parseCondition(text: string, scope: ConditionScope): ParsedCondition {
  const mistake = findMistake(text, scope)
  return mistake === undefined ? { ok: true } : { ok: false, ...mistake }
}

/**
 * Evaluates a condition. Variables without a declared type are judged by the types of their values, so a comparison of
 * a number with text is an error here, not a `false` that a `!=` turns into a yes.
 */
export function evaluateCondition(
  text: string,
  values: Readonly<Record<string, unknown>>,
  scope: ConditionScope = {},
): Evaluated {
  let error = ''
  for (const inferred of inferScope(text, values, scope)) {
    const compiled = compileCondition(text, inferred)
    if (compiled.ok) return compiled.evaluate(values)
    error ||= compiled.message
  }
  return { ok: false, error }
}

/** Judges a condition once for many evaluations, such as a filter on every device of a fleet. */
export function compileCondition(text: string, scope: ConditionScope): CompiledCondition {
  const mistake = findMistake(text, scope)
  if (mistake !== undefined) return { ok: false, ...mistake }
  const environment = untypedEnvironment(scope)
  const expression = environment.parse(text)
  return { ok: true, evaluate: (values) => evaluate(environment, expression, scope, values) }
}

function evaluate(
  environment: Environment,
  expression: ParseResult,
  scope: ConditionScope,
  values: Readonly<Record<string, unknown>>,
): Evaluated {
  const brought = bringToTypes(values, scope, environment)
  if (!brought.ok) return brought
  try {
    const holds: unknown = expression(brought.values)
    if (typeof holds === 'boolean') return { ok: true, holds }
    return { ok: false, error: 'The condition gives neither true nor false.' }
  } catch (error) {
    return { ok: false, error: summaryOf(error) }
  }
}

function findMistake(text: string, scope: ConditionScope): ConditionMistake | undefined {
  if (text.length > CONDITION_LENGTH_MAX) {
    return notReadable(
      `The condition has ${text.length.toLocaleString('en')} characters; at most ${CONDITION_LENGTH_MAX.toLocaleString('en')} are read.`,
      0,
    )
  }
  const environment = typedEnvironment(scope)
  const ast = parseText(environment, text)
  if ('code' in ast) return ast
  const refused = findRefused(ast.tree, text)
  if (refused !== undefined) {
    const { message, nearest } = refused
    return { code: 'condition_refused', ...refused, message: withQuestion(message, nearest) }
  }
  const result = environment.check(text)
  if (!result.valid) return explainTypeError(celError(result.error), text, ast.tree, scope)
  if (result.type === 'bool') return undefined
  return {
    code: 'condition_not_boolean',
    message: `A condition is true or false; this is ${celTypeInWords(result.type ?? 'dyn')}. Compare it with something.`,
    offset: 0,
    length: Math.max(1, text.length),
  }
}

function parseText(environment: Environment, text: string) {
  try {
    return { tree: environment.parse(text).ast }
  } catch (error) {
    const { code, summary, range } = celError(error)
    const offset = Math.min(range?.start ?? 0, Math.max(0, text.length - 1))
    if (code === 'limit_exceeded')
      return notReadable('The condition is too large or nested too deep.', offset)
    return notReadable(`The condition cannot be read from here: ${summary}.`, offset)
  }
}

function notReadable(message: string, offset: number): ConditionMistake {
  return { code: 'condition_not_readable', message, offset, length: 1 }
}

function celError(error: unknown): CelError {
  if (!(error instanceof Error)) return { code: 'unknown', summary: 'unknown error' }
  const code: unknown = Reflect.get(error, 'code')
  const range: unknown = Reflect.get(error, 'range')
  return {
    code: typeof code === 'string' ? code : 'unknown',
    summary: summaryOf(error),
    ...(isRange(range) ? { range } : {}),
  }
}

function summaryOf(error: unknown): string {
  const summary: unknown = error instanceof Error ? Reflect.get(error, 'summary') : undefined
  if (typeof summary === 'string') return summary
  return error instanceof Error ? error.message : String(error)
}

function isRange(value: unknown): value is { start: number; end: number } {
  return typeof value === 'object' && value !== null && 'start' in value && 'end' in value
}
