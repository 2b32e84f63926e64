import { UsageRefusal } from '../../command/failure.ts'

/** The number of a revision as it is typed. */
export function revisionNumber(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new UsageRefusal(`"${text}" is no number of a revision, such as 14.`)
}
