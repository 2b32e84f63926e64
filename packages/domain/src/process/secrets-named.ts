// Which secrets a plan, or a part of one, names for the environment of its commands.

/** The names in the order of the alphabet, each once. Plans hold names only; no value of a secret is in any. */
export function secretsNamed(part: unknown): readonly string[] {
  const names = new Set<string>()
  collect(part, names)
  return [...names].toSorted()
}

function collect(value: unknown, names: Set<string>): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) return value.forEach((one) => collect(one, names))
  const fields = Object.entries(value)
  const [only] = fields
  if (fields.length === 1 && only?.[0] === 'secret' && typeof only[1] === 'string')
    names.add(only[1])
  else for (const [, field] of fields) collect(field, names)
}
