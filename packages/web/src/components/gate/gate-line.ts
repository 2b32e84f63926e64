// A gate in a line of a list, apart from `gate-words.ts` because Home is the first thing that is loaded.

import type { Gate } from '../../lib/waiting.ts'

/** "Staging exit gate". */
export function gateTitle({ stage, node }: Pick<Gate, 'stage' | 'node'>): string {
  return `${stage} ${node} gate`
}

/** "Connected Car 2.0, run 7": what the gate belongs to. Its title says "Staging exit gate of Connected Car 2.0, run 7". */
export function runOfGate({ title }: Pick<Gate, 'title'>): string {
  return / gate of (.*)$/.exec(title)?.[1] ?? title
}

/** "Connected Car 2.0": the same without the number of the run. */
export function ofWhat({ title }: Pick<Gate, 'title'>): string {
  return / gate of (.*), run \d+$/.exec(title)?.[1] ?? title
}

/** "3 of 4". */
export function checksHold({ checks }: Pick<Gate, 'checks'>): string {
  return `${checks.filter(({ state }) => state === 'holds').length} of ${checks.length}`
}

/** How many of the approvals that a gate wants are given; none counts for another one. */
export function approvalsSum({ approvals }: Pick<Gate, 'approvals'>): {
  readonly given: number
  readonly need: number
} {
  return {
    given: approvals.reduce((sum, one) => sum + Math.min(one.given, one.need), 0),
    need: approvals.reduce((sum, one) => sum + one.need, 0),
  }
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
