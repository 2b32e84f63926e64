import { toMistake } from '../mistake/locate.ts'
import type { Mistake } from '../mistake/mistake.ts'
import { definitionDigest } from '../schema/definition-digest.ts'
import { parseDefinition, type Definition } from '../schema/definition.ts'
import type { Origin } from './origin.ts'

/** Which project and source a folder belongs to, as its `lockstep.json` says. */
export type OwnSource = { readonly project: string; readonly source: string }

/** A definition that its schema accepts, with its digest and its places. */
export type LoadedDefinition = {
  readonly definition: Definition
  readonly digest: `sha256:${string}`
  readonly origin: Origin
}

export type ReadDefinition =
  | { readonly ok: true; readonly loaded: LoadedDefinition }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

/** A definition from JSON of either notation, or its mistakes at their places. */
export function readDefinition(json: unknown, origin: Origin, own: OwnSource): ReadDefinition {
  const parsed = parseDefinition(ownReferences(json, own.project))
  if (!parsed.ok) {
    return {
      ok: false,
      mistakes: parsed.findings.map((finding) => toMistake(finding, json, origin)),
    }
  }
  const { definition } = parsed
  return { ok: true, loaded: { definition, digest: definitionDigest(definition), origin } }
}

const DEPTH_MAX = 64

// Naming one's own project means the same as leaving it out, so it is left out.
function ownReferences(value: unknown, project: string, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return value
  if (Array.isArray(value)) return value.map((entry) => ownReferences(entry, project, depth + 1))
  const entries = Object.entries(value)
  if (isOwnReference(entries, project)) return { name: Reflect.get(value, 'name') as unknown }
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, ownReferences(inner, project, depth + 1)]),
  )
}

function isOwnReference(entries: readonly [string, unknown][], project: string): boolean {
  return (
    entries.length === 2 &&
    entries.every(([key, value]) => key === 'name' || (key === 'project' && value === project))
  )
}
