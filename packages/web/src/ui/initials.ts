/** `release-manager` → RM, `Ada` → A. A sign of two code units is one. */
export function initialsOf(name: string): string {
  const [first = '?', ...rest] = name.match(/(?<![^\s._-])[^\s._-]/gu) ?? []
  return `${first}${rest.at(-1) ?? ''}`.toUpperCase()
}
