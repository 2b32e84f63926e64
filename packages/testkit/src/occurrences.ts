import type { Actor, Address, IdBlock, Occurrence } from '@lockstep/domain'

/** A run's own address in tests. */
export const RUN: Address = address('run', 1)

/** The address of the nth thing of a kind, under the run's root. */
export function address(prefix: string, n: number): Address {
  return {
    root: `run_01K9S00000000000000000R0R1`,
    id: `${prefix}_01K9S000000000000000${String(n).padStart(6, '0')}`,
  }
}

/** The nth occurrence: at that second, with its own block of ids. */
export function occurrence(
  n: number,
  self: Address = RUN,
  by: Actor = 'rule',
  atMs: number = n * 1_000,
): Occurrence {
  const hex = n.toString(16).padStart(6, '0')
  return {
    self,
    at: atMs,
    by,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a literal block
    ids: `01930000-0000-7000-8000-${hex}000000` as IdBlock,
  }
}
