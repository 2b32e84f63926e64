/**
 * The address of a step, link or task in its list: its name in lower case, everything but letters and digits as one
 * hyphen. `Car to phone` → `car-to-phone`.
 */
export function addressOf(name: string): string {
  return name
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .join('-')
}
