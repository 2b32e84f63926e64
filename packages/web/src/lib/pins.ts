// Releases that a person keeps in sight, as this browser remembers them.

export interface Pin {
  readonly project: string
  readonly name: string
  /** As it was called when it was pinned. */
  readonly title: string
}

/** More than these are no longer in sight. */
export const PINS_MAX = 5
export function isSamePin(
  one: Pick<Pin, 'project' | 'name'>,
  other: Pick<Pin, 'project' | 'name'>,
): boolean {
  return one.project === other.project && one.name === other.name
}

export function turnPin(pins: readonly Pin[], { project, name, title }: Pin): readonly Pin[] {
  const others = pins.filter((one) => !isSamePin(one, { project, name }))
  if (others.length < pins.length || pins.length >= PINS_MAX) return others
  return [...pins, { project, name, title }]
}

/** Without one that is not there any more. */
export function dropPin(pins: readonly Pin[], gone: Pick<Pin, 'project' | 'name'>): readonly Pin[] {
  return pins.filter((one) => !isSamePin(one, gone))
}

/** What is remembered, as far as it can be read. */
export function parsePins(text: string | null): readonly Pin[] {
  try {
    const found: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(found) ? found.filter(isPin).slice(0, PINS_MAX) : []
  } catch {
    return []
  }
}

function isPin(value: unknown): value is Pin {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['project', 'name', 'title'].every(
      (key) => typeof Object.entries(value).find(([own]) => own === key)?.[1] === 'string',
    )
  )
}
