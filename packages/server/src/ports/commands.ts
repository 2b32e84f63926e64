// Commands that were carried out, by their idempotency key, for ordinary writes.

import type { JsonValue } from '@lockstep/domain'
import type { CommandKey } from './reactor.ts'
import type { Tx } from './transaction.ts'

/** `first`: nobody has used the key; it is ours until the transaction ends. */
export type KeyTaken =
  | { readonly kind: 'first' }
  | { readonly kind: 'repeated'; readonly answer: JsonValue }
  | { readonly kind: 'reused' }

export interface Commands {
  /** Takes a key in this transaction. Waits while another transaction holds it. */
  take(tx: Tx, command: CommandKey): Promise<KeyTaken>
  /** Keeps the answer that a repetition gets. */
  keep(tx: Tx, command: CommandKey, answer: JsonValue): Promise<void>
}
