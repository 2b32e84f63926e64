import type { Gate } from '../../lib/waiting.ts'

/** "Connected Car 2.0": what the gate belongs to. Its title says "Staging exit gate of Connected Car 2.0, run 7". */
export function ofWhat({ title }: Pick<Gate, 'title'>): string {
  return / gate of (.*), run \d+$/.exec(title)?.[1] ?? title
}

/** "Lets 3 snapshots go on to Production". */
export function purposeOf({ brings, next, held }: Pick<Gate, 'brings' | 'next' | 'held'>): string {
  if (held !== null) return `On hold: ${held.reason}`
  if (next === null) return 'The last gate of its run'
  if (brings.length === 0) return `Lets the run go on to ${next}`
  const what = brings.length === 1 ? '1 snapshot' : `${brings.length} snapshots`
  return `Lets ${what} go on to ${next}`
}

/** Who has decided here, each once. */
export function decidedBy({ approvals }: Pick<Gate, 'approvals'>): readonly string[] {
  return [...new Set(approvals.flatMap(({ decisions }) => decisions.map(({ person }) => person)))]
}
