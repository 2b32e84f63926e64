// Which versions a release takes of an application: `2.x`, `>=1.2 <2`, one version, or any.

interface Bound {
  readonly compare: '>=' | '>' | '<=' | '<'
  readonly version: Version
}

export type VersionRange =
  | { readonly kind: 'any' }
  | { readonly kind: 'exact'; readonly version: string }
  /** `2.x`: every version whose numbers begin so, candidates included. */
  | { readonly kind: 'series'; readonly numbers: readonly number[] }
  | { readonly kind: 'bounds'; readonly bounds: readonly Bound[] }

interface Version {
  readonly numbers: readonly number[]
  readonly candidate: readonly string[]
}

const VERSION = /^(\d{1,9}(?:\.\d{1,9}){0,3})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/
const SERIES = /^(\d{1,9}(?:\.\d{1,9}){0,2})\.[x*]$/
/** Meant as a series, but not one: `2.x.1`, `x.2`. */
const BROKEN_SERIES = /^[\dx.]*x[\dx.]*$/
const BOUND = /^(>=|<=|>|<)(.+)$/
const EXACT = /^[0-9A-Za-z][0-9A-Za-z.+_-]*$/

/** The range that a text writes, or undefined when it writes none. */
export function parseVersionRange(text: string): VersionRange | undefined {
  const trimmed = text.trim()
  if (trimmed === '*' || trimmed === 'x') return { kind: 'any' }
  const series = SERIES.exec(trimmed)
  if (series !== null) return { kind: 'series', numbers: numbersOf(series[1] ?? '') }
  if (!/^[<>]/.test(trimmed)) {
    const isExact = EXACT.test(trimmed) && !BROKEN_SERIES.test(trimmed)
    return isExact ? { kind: 'exact', version: trimmed } : undefined
  }
  const bounds = trimmed
    .replaceAll(/([<>]=?)\s+/g, '$1')
    .split(/\s+/)
    .map(parseBound)
  const known = bounds.filter((bound) => bound !== undefined)
  return known.length === bounds.length ? { kind: 'bounds', bounds: known } : undefined
}

/**
 * Whether a version is in a range. A candidate belongs to the version it is a candidate for: `2.0.0-rc.4` is in `2.x` and in
 * `>=2`, and is not below 2; a bound that names a candidate itself compares candidates too. Versions that are not numbers
 * are only in `*` and in the range that names them.
 */
export function matchesVersion(range: VersionRange, version: string): boolean {
  if (range.kind === 'any') return true
  if (range.kind === 'exact') return range.version === version
  const parsed = parseVersion(version)
  if (parsed === undefined) return false
  if (range.kind === 'series') {
    return range.numbers.every((number, index) => number === (parsed.numbers[index] ?? 0))
  }
  return range.bounds.every((bound) => isWithin(bound, parsed))
}

function parseBound(text: string): Bound | undefined {
  const match = BOUND.exec(text)
  const version = parseVersion(match?.[2] ?? '')
  const compare = match?.[1]
  if (version === undefined) return undefined
  if (compare === '>=' || compare === '>' || compare === '<=' || compare === '<') {
    return { compare, version }
  }
  return undefined
}

function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text)
  if (match === null) return undefined
  const candidate = match[2] === undefined ? [] : match[2].split('.')
  return { numbers: numbersOf(match[1] ?? ''), candidate }
}

function numbersOf(text: string): readonly number[] {
  return text.split('.').map(Number)
}

function isWithin({ compare, version }: Bound, candidate: Version): boolean {
  const order = compareVersions(candidate, version)
  switch (compare) {
    case '>=':
      return order >= 0
    case '>':
      return order > 0
    case '<=':
      return order <= 0
    case '<':
      return order < 0
  }
}

function compareVersions(a: Version, bound: Version): number {
  const length = Math.max(a.numbers.length, bound.numbers.length)
  for (let index = 0; index < length; index += 1) {
    const order = (a.numbers[index] ?? 0) - (bound.numbers[index] ?? 0)
    if (order !== 0) return order
  }
  return bound.candidate.length === 0 ? 0 : compareCandidates(a.candidate, bound.candidate)
}

// As in semantic versioning: none is above every candidate, numbers are below words, and a longer one is above its beginning.
function compareCandidates(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0) return 1
  for (const [index, part] of a.entries()) {
    const other = b[index]
    if (other === undefined) return 1
    const order = compareParts(part, other)
    if (order !== 0) return order
  }
  return a.length - b.length
}

function compareParts(a: string, b: string): number {
  const isNumber = (part: string): boolean => /^\d+$/.test(part)
  if (isNumber(a) && isNumber(b)) return Number(a) - Number(b)
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? -1 : 1
  if (a === b) return 0
  return a < b ? -1 : 1
}
