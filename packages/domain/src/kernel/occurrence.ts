import type { Address } from './effect.ts'
import type { IdBlock } from './id.ts'
import type { Instant } from './instant.ts'

/**
 * Who made an event happen: `user:usr_…`, `token:tok_…` (of a person or service account), `agent:agt_…`,
 * `trigger:trg_…`, or the system itself as `rule` (a consequence) or `timer` (a deadline).
 */
export type Actor =
  | `user:${string}`
  | `token:${string}`
  | `agent:${string}`
  | `trigger:${string}`
  | 'rule'
  | 'timer'

/**
 * What every event carries: which aggregate it happens to, when (database time), by whom, and a block of fresh ids
 * for what it creates.
 */
export interface Occurrence {
  readonly self: Address
  readonly at: Instant
  readonly by: Actor
  readonly ids: IdBlock
}
