// A type error of CEL in a sentence: what is compared with what, and what would be right.

import type { ASTNode } from '@marcbachmann/cel-js'

import { findNearest, listInWords } from '../mistake/nearest.ts'
import { childrenOf } from './environment.ts'
import { rangeOf } from './guard.ts'
import type { ConditionScope, FieldType } from './scope.ts'

/** What is wrong with a condition, and where in its text. */
export type ConditionMistake = {
  readonly code:
    | 'condition_not_readable'
    | 'condition_unknown_variable'
    | 'condition_wrong_type'
    | 'condition_not_boolean'
    | 'condition_refused'
  readonly message: string
  readonly offset: number
  readonly length: number
  readonly nearest?: string
  /** The whole condition as it would be right. */
  readonly right?: string
}

/** What the checker of CEL reports. */
export type CelError = {
  readonly code: string
  readonly summary: string
  readonly range?: { readonly start: number; readonly end: number }
}

/** The mistake behind an error of the checker. */
export function explainTypeError(
  error: CelError,
  text: string,
  ast: ASTNode | undefined,
  scope: ConditionScope,
): ConditionMistake {
  const range = rangeOf(error.range ?? { start: 0, end: text.length })
  if (error.code === 'unknown_variable') return unknownVariable(text, range, scope)
  if (error.code === 'no_such_key' && ast !== undefined)
    return unknownField(text, range, ast, scope)
  const node = ast === undefined ? undefined : findNode(ast, range)
  const operands = /^no such overload: (.+) (==|!=|<=|>=|<|>|in|\+|-|\*|\/|%) (.+)$/.exec(
    error.summary,
  )
  if (operands?.[2] !== undefined && node !== undefined && isBinary(node)) {
    return wrongOperands(text, node, operands[1] ?? '', operands[3] ?? '')
  }
  return {
    code: 'condition_wrong_type',
    message: `The types do not fit: ${error.summary}.`,
    ...range,
  }
}

function unknownVariable(
  text: string,
  range: { offset: number; length: number },
  scope: ConditionScope,
): ConditionMistake {
  const name = text.slice(range.offset, range.offset + range.length)
  const known = Object.keys(scope)
  const nearest = findNearest(name, known)
  return {
    code: 'condition_unknown_variable',
    message: `There is no "${name}" here. A condition in this place speaks about ${listInWords(known)}.`,
    ...range,
    ...suggestion(text, range, nearest),
  }
}

function unknownField(
  text: string,
  range: { offset: number; length: number },
  ast: ASTNode,
  scope: ConditionScope,
): ConditionMistake {
  const field = text.slice(range.offset, range.offset + range.length)
  const owner = findOwner(ast, range.offset + range.length)
  const fields = owner === undefined ? [] : fieldsAt(scope, owner)
  const nearest = findNearest(field, fields)
  const ownerText = owner === undefined ? 'This' : text.slice(owner.start, owner.end)
  return {
    code: 'condition_unknown_variable',
    message: `${ownerText} has no "${field}". It has ${listInWords(fields)}.`,
    ...range,
    ...suggestion(text, range, nearest),
  }
}

function suggestion(
  text: string,
  range: { offset: number; length: number },
  nearest: string | undefined,
): { nearest?: string; right?: string } {
  if (nearest === undefined) return {}
  return { nearest, right: replaced(text, range, nearest) }
}

function wrongOperands(
  text: string,
  node: BinaryNode,
  leftType: string,
  rightType: string,
): ConditionMistake {
  const [left, right] = node.args
  const verb = COMPARISONS.has(node.op) ? 'compares' : node.op === 'in' ? 'looks for' : 'combines'
  const link = node.op === 'in' ? 'in' : 'with'
  const literal = isLiteral(right) ? right : isLiteral(left) ? left : undefined
  const wanted = literal === right ? leftType : rightType
  const fitting = literal === undefined ? undefined : literalAs(wanted, literal, text)
  const range = rangeOf(literal ?? node)
  return {
    code: 'condition_wrong_type',
    message: `The condition ${verb} ${celTypeInWords(leftType)}, ${textOf(left, text)}, ${link} ${celTypeInWords(rightType)}, ${textOf(right, text)}.`,
    ...range,
    ...(fitting === undefined ? {} : { right: replaced(text, range, fitting) }),
  }
}

type BinaryNode = ASTNode & { readonly args: [ASTNode, ASTNode] }

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>='])
const BINARIES: ReadonlySet<string> = new Set([...COMPARISONS, 'in', '+', '-', '*', '/', '%'])

function isBinary(node: ASTNode): node is BinaryNode {
  return BINARIES.has(node.op)
}

function isLiteral(node: ASTNode): boolean {
  return node.op === 'value'
}

// A literal of the wrong type, written in the right one; undefined when there is no obvious way.
function literalAs(celType: string, literal: ASTNode, text: string): string | undefined {
  const written = textOf(literal, text)
  const bare = written.replace(/^["']|["']$/g, '')
  if (celType === 'string') return JSON.stringify(bare)
  if (celType === 'int' && /^-?\d+(\.0+)?$/.test(bare)) return bare.replace(/\.0+$/, '')
  if (celType === 'double' && /^-?\d+(\.\d+)?%?$/.test(bare)) return decimal(bare.replace('%', ''))
  if (celType === 'bool' && (bare === 'true' || bare === 'false')) return bare
  if (celType === 'google.protobuf.Duration' && /^\d+[smh]$/.test(bare))
    return `duration("${bare}")`
  return undefined
}

function decimal(digits: string): string {
  return digits.includes('.') ? digits : `${digits}.0`
}

const CEL_TYPE_WORDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  uint: 'a whole number',
  double: 'a decimal number',
  string: 'text',
  bool: 'true or false',
  null: 'nothing',
  dyn: 'a value of any type',
  bytes: 'bytes',
  'google.protobuf.Duration': 'a duration',
  'google.protobuf.Timestamp': 'a time',
}

/** A type of CEL in words, with its article. */
export function celTypeInWords(type: string): string {
  const words = Object.hasOwn(CEL_TYPE_WORDS, type) ? CEL_TYPE_WORDS[type] : undefined
  if (words !== undefined) return words
  if (type.startsWith('list')) return 'a list'
  return 'a map'
}

function textOf(node: ASTNode, text: string): string {
  return text.slice(node.start, node.end)
}

function replaced(text: string, range: { offset: number; length: number }, by: string): string {
  return text.slice(0, range.offset) + by + text.slice(range.offset + range.length)
}

function findNode(node: ASTNode, range: { offset: number; length: number }): ASTNode | undefined {
  if (node.start === range.offset && node.end === range.offset + range.length && isBinary(node)) {
    return node
  }
  for (const child of childrenOf(node)) {
    const found = findNode(child, range)
    if (found !== undefined) return found
  }
  return undefined
}

// The expression whose field ends here: `facts.incidents` of `facts.incidents.sev`.
function findOwner(node: ASTNode, end: number): ASTNode | undefined {
  if (node.op === '.' && node.end === end) return node.args[0]
  for (const child of childrenOf(node)) {
    const found = findOwner(child, end)
    if (found !== undefined) return found
  }
  return undefined
}

function fieldsAt(scope: ConditionScope, node: ASTNode): string[] {
  const type = typeAt(scope, node)
  return typeof type === 'object' && 'fields' in type ? Object.keys(type.fields) : []
}

function typeAt(scope: ConditionScope, node: ASTNode): FieldType | undefined {
  if (node.op === 'id') return scope[node.args]
  if (node.op !== '.' && node.op !== '[]') return undefined
  const owner = typeAt(scope, node.args[0])
  if (typeof owner !== 'object') return undefined
  if ('map' in owner) return owner.map
  if ('list' in owner) return owner.list
  const field = node.args[1]
  return typeof field === 'string' && Object.hasOwn(owner.fields, field)
    ? owner.fields[field]
    : undefined
}
