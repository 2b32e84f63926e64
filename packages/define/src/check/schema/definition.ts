// One definition: from JSON that nobody has looked at to data with every default applied.

import { canonicalText, type JsonValue } from '@lockstep/domain'
import * as z from 'zod/mini'

import type { Finding, Pointer } from '../mistake/finding.ts'
import { findNearest } from '../mistake/nearest.ts'
import { Application, type ApplicationDefinition } from './application.ts'
import { Environment, type EnvironmentDefinition } from './environment.ts'
import { findingsOf } from './findings.ts'
import { DEFINITION_BYTES_MAX, DEFINITION_DEPTH_MAX, DEFINITION_NODES_MAX } from './limits.ts'
import { Pipeline, type PipelineDefinition } from './pipeline.ts'
import { Release, type ReleaseDefinition } from './release.ts'

/** A definition with every default applied: what is stored, digested, compared and planned with. */
export type Definition =
  | ApplicationDefinition
  | EnvironmentDefinition
  | PipelineDefinition
  | ReleaseDefinition

export const DEFINITION_KINDS = ['application', 'environment', 'pipeline', 'release'] as const
export type DefinitionKind = (typeof DEFINITION_KINDS)[number]

/** The schema of each kind. What comes in may leave defaults out; what comes out has them all. */
export const DEFINITION_SCHEMAS = {
  application: Application,
  environment: Environment,
  pipeline: Pipeline,
  release: Release,
} as const satisfies Record<DefinitionKind, z.ZodMiniType>

export type ParsedDefinition =
  | { readonly ok: true; readonly definition: Definition }
  | { readonly ok: false; readonly findings: readonly Finding[] }

/**
 * A definition from JSON, with every default applied; or everything that its schema refuses. Parsing what was parsed
 * before changes nothing, except for defaults that are younger than it.
 */
export function parseDefinition(json: unknown): ParsedDefinition {
  const beyond = findBeyondLimits(json)
  if (beyond !== undefined) return { ok: false, findings: [beyond] }
  const kind = kindOfDefinition(json)
  if (kind === undefined) return { ok: false, findings: [unknownDefinition(json)] }
  const result = z.safeParse(DEFINITION_SCHEMAS[kind], json)
  if (!result.success) return { ok: false, findings: findingsOf(result.error.issues, json) }
  if (definitionText(result.data).length > DEFINITION_BYTES_MAX) {
    return {
      ok: false,
      findings: [tooLarge(`has more than ${DEFINITION_BYTES_MAX.toLocaleString('en')} bytes`, [])],
    }
  }
  return { ok: true, definition: result.data }
}

/** The canonical text of a definition (RFC 8785). */
export function definitionText(definition: Definition): string {
  // A definition is JSON by its schema; its type only adds `| undefined` to fields that may be left out.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return canonicalText(definition as unknown as JsonValue)
}

function kindOfDefinition(json: unknown): DefinitionKind | undefined {
  if (typeof json !== 'object' || json === null || !('kind' in json)) return undefined
  return DEFINITION_KINDS.find((kind) => kind === json.kind)
}

function unknownDefinition(json: unknown): Finding {
  const kind = typeof json === 'object' && json !== null && 'kind' in json ? String(json.kind) : ''
  const nearest = findNearest(kind, DEFINITION_KINDS)
  return {
    code: 'unknown_kind',
    at: [],
    message: 'A definition is an application, an environment, a pipeline or a release.',
    ...(nearest === undefined ? {} : { nearest }),
  }
}

// Without recursion: this runs before anything else may trust the depth.
function findBeyondLimits(json: unknown): Finding | undefined {
  const waiting: { readonly value: unknown; readonly at: Pointer }[] = [{ value: json, at: [] }]
  let nodes = 0
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (++nodes > DEFINITION_NODES_MAX) {
      return tooLarge(`has more than ${DEFINITION_NODES_MAX.toLocaleString('en')} values`, [])
    }
    if (next.at.length > DEFINITION_DEPTH_MAX) {
      return {
        code: 'too_deep',
        at: next.at.slice(0, DEFINITION_DEPTH_MAX),
        message: `This is nested more than ${DEFINITION_DEPTH_MAX} levels deep.`,
      }
    }
    if (
      typeof next.value === 'string' &&
      (next.value.includes('\u0000') || !next.value.isWellFormed())
    ) {
      return {
        code: 'wrong_value',
        at: next.at,
        message: 'This text has a character that is not text.',
      }
    }
    if (typeof next.value !== 'object' || next.value === null) continue
    for (const key of Object.keys(next.value)) {
      if (FORBIDDEN_KEYS.has(key)) {
        return {
          code: 'forbidden_key',
          at: [...next.at, key],
          key: true,
          message: `"${key}" cannot be a key.`,
        }
      }
    }
    const entries = Array.isArray(next.value)
      ? [...next.value.entries()]
      : Object.entries(next.value)
    for (const [key, value] of entries) waiting.push({ value, at: [...next.at, key] })
  }
  return undefined
}

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

function tooLarge(what: string, at: Pointer): Finding {
  return { code: 'too_large', at, message: `This definition ${what}. Split it.` }
}
