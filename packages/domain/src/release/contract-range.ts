// Versions of an interface: whole numbers, raised when an old partner would break. `2`, `1..2`, and for needs also `>=2`.

/** What a component provides and requires, by name of the interface. */
export interface Contracts {
  readonly provides: Readonly<Record<string, string>>
  readonly requires: Readonly<Record<string, string>>
}

/** All versions from the first to the last; `last` undefined: without end. */
export interface ContractRange {
  readonly first: number
  readonly last: number | undefined
}

/** What is provided: `2` or `1..2`. Undefined when the text writes no such range. */
export function parseProvided(text: string): ContractRange | undefined {
  const match = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(text.trim())
  if (match === null) return undefined
  const first = Number(match[1])
  const last = Number(match[2] ?? match[1])
  return first <= last ? { first, last } : undefined
}

/** What is required: as provided, or `>=2`. One version of the range is enough for it. */
export function parseRequired(text: string): ContractRange | undefined {
  const match = /^>=\s*(\d{1,9})$/.exec(text.trim())
  return match === null ? parseProvided(text) : { first: Number(match[1]), last: undefined }
}

/** Whether there is a version that both sides speak. */
export function rangesMeet(a: ContractRange, b: ContractRange): boolean {
  return a.first <= (b.last ?? a.first) && b.first <= (a.last ?? b.first)
}
