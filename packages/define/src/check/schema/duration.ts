/** A duration as it is written: a number and one of s, m, h, d. */
export const DURATION_PATTERN = /^(\d{1,6}(?:\.\d{1,3})?)([smhd])$/

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** The milliseconds of a duration such as `24h`. Throws for text that the schema of definitions would have refused. */
export function parseDuration(text: string): number {
  const match = DURATION_PATTERN.exec(text)
  const unit = match?.[2]
  if (match?.[1] === undefined || !isUnit(unit)) {
    throw new RangeError(`"${text}" is not a duration; durations are written 30s, 15m, 24h or 7d`)
  }
  return Math.round(Number(match[1]) * UNIT_MS[unit])
}

/** A share as it is written: a number and the per cent sign. */
export const SHARE_PATTERN = /^(\d{1,3}(?:\.\d{1,6})?)%$/

/** The per cent of a share such as `0.5%`, as a number. Throws for text that the schema would have refused. */
export function parseShare(text: string): number {
  const digits = SHARE_PATTERN.exec(text)?.[1]
  if (digits === undefined)
    throw new RangeError(`"${text}" is not a share; shares are written 1% or 0.5%`)
  return Number(digits)
}

function isUnit(text: string | undefined): text is keyof typeof UNIT_MS {
  return text !== undefined && Object.hasOwn(UNIT_MS, text)
}
