import { UsageRefusal } from '../../command/failure.ts'

const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/
const LOOKS_LIKE_ONE = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** What was typed as a condition reads it. A number that cannot be kept as it is typed is refused: as text, no limit would hold it. */
export function factValueOf(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  if (NUMBER.test(text)) return Number(text)
  if (LOOKS_LIKE_ONE.test(text)) {
    throw new UsageRefusal(`"${text}" is no number that a fact can be.`, [
      'A number has up to 15 digits, and up to 15 more behind a point: 12, -5, 0.25.',
      'If it is meant as text:  --text',
    ])
  }
  return text
}
