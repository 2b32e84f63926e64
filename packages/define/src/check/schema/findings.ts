// What zod refuses, in sentences for the person who wrote it.

import type * as z from 'zod/mini'

import { article, withQuestion, type Finding, type Pointer } from '../mistake/finding.ts'
import { findNearest, listInWords } from '../mistake/nearest.ts'
import { readComplaint } from './complaint.ts'
import { helperOf } from './kind.ts'

type Issue = z.core.$ZodIssue

/** The findings of a schema about this value. */
export function findingsOf(issues: readonly Issue[], value: unknown): Finding[] {
  return issues.flatMap((issue) => findingsOfIssue(issue, value))
}

function findingsOfIssue(issue: Issue, value: unknown): Finding[] {
  const at = issue.path.map((key) => (typeof key === 'symbol' ? key.toString() : key))
  const complaint = readComplaint(issue.message)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      unknownField([...at, key], complaint?.thing ?? '', complaint?.fields ?? []),
    )
  }
  if (issue.code === 'invalid_key')
    return findingsOf(issue.issues, value).map((inner) => ({ ...inner, at, key: true }))
  if (isMissing(at, value)) return [missingField(at, value)]
  if (complaint !== undefined) {
    const { code, message, nearest, right } = complaint
    return [
      {
        code,
        at,
        message: withQuestion(message, nearest),
        ...(nearest === undefined ? {} : { nearest }),
        ...(right === undefined ? {} : { right }),
      },
    ]
  }
  return [plainFinding(issue, at, value)]
}

/** What people write for something that is called otherwise here. */
const SYNONYMS: Readonly<Record<string, string>> = {
  approvers: 'by',
  approver: 'by',
  users: 'by',
  groups: 'oneFromEach',
  count: 'need',
  quorum: 'need',
  dependsOn: 'needs',
  depends_on: 'needs',
  after: 'needs',
  if: 'when',
  environmentVariables: 'env',
  command: 'run',
  args: 'argv',
  batchSize: 'atOnce',
  filter: 'where',
}

function unknownField(at: Pointer, thing: string, fields: readonly string[]): Finding {
  const field = String(at.at(-1))
  const synonym = Object.hasOwn(SYNONYMS, field) ? SYNONYMS[field] : undefined
  const nearest =
    synonym !== undefined && fields.includes(synonym) ? synonym : findNearest(field, fields)
  const has = thing === '' ? '' : ` ${capital(article(thing))} ${thing} has ${fields.join(', ')}.`
  return {
    code: 'unknown_field',
    at,
    key: true,
    message: `"${field}" is not known here.${has}`,
    ...(nearest === undefined ? {} : { nearest }),
  }
}

function missingField(at: Pointer, value: unknown): Finding {
  const field = String(at.at(-1))
  const parent = valueAt(value, at.slice(0, -1))
  const kind =
    isRecord(parent) && typeof parent['kind'] === 'string' ? helperOf(parent['kind']) : undefined
  return {
    code: field === 'tasks' ? 'no_tasks' : 'missing_field',
    at: at.slice(0, -1),
    message:
      kind === undefined
        ? `"${field}" is missing here.`
        : `"${field}" is missing: ${article(kind)} ${kind} cannot be without it.`,
  }
}

function plainFinding(issue: Issue, at: Pointer, value: unknown): Finding {
  switch (issue.code) {
    case 'invalid_type':
      return {
        code: 'wrong_type',
        at,
        message: `This is ${kindInWords(valueAt(value, at))}; ${EXPECTED[issue.expected] ?? issue.expected} is expected.`,
      }
    case 'invalid_value': {
      const known = issue.values.map(String)
      const given = String(valueAt(value, at))
      const nearest = findNearest(given, known)
      return {
        code: 'wrong_value',
        at,
        message: withQuestion(`"${given}" is not one of ${listInWords(known, 'or')}.`, nearest),
        ...(nearest === undefined ? {} : { nearest }),
      }
    }
    case 'too_small':
      return tooFew(issue.origin, Number(issue.minimum), at)
    case 'too_big':
      return { code: 'too_many', at, message: tooMuch(issue.origin, Number(issue.maximum)) }
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_union':
    case 'invalid_element':
    case 'custom':
    case 'unrecognized_keys':
    case 'invalid_key':
      return {
        code: 'wrong_value',
        at,
        message: 'This value has not the form that is expected here.',
      }
  }
}

function tooFew(origin: string, minimum: number, at: Pointer): Finding {
  if (at.at(-1) === 'tasks' && origin === 'array') {
    return {
      code: 'no_tasks',
      at,
      message: 'A stage or group without tasks does nothing; it needs at least one.',
    }
  }
  const message =
    origin === 'array'
      ? `This list needs at least ${minimum === 1 ? 'one entry' : `${minimum} entries`}.`
      : origin === 'string'
        ? 'This text is empty.'
        : `This number is smaller than ${minimum}.`
  return { code: 'too_few', at, message }
}

function tooMuch(origin: string, maximum: number): string {
  const limit = maximum.toLocaleString('en')
  if (origin === 'array') return `This list has more than ${limit} entries.`
  if (origin === 'string') return `This text has more than ${limit} characters.`
  return `This number is greater than ${limit}.`
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of fields',
  record: 'a map',
}

function kindInWords(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return 'text'
  if (typeof value === 'number') return 'a number'
  if (typeof value === 'boolean') return String(value)
  return 'a map'
}

function isMissing(at: Pointer, value: unknown): boolean {
  return at.length > 0 && valueAt(value, at) === undefined
}

/** What stands at the pointer; undefined if nothing does. */
export function valueAt(value: unknown, at: Pointer): unknown {
  let current = value
  for (const key of at) {
    if (!isRecord(current) || !Object.hasOwn(current, key)) return undefined
    current = current[key]
  }
  return current
}

function isRecord(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
