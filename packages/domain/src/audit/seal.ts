// What a seal of the audit chain covers, and whether it holds. The server asks for what it stores, the command line for a file.

import type { Actor } from '../kernel/occurrence.ts'
import type { IdBlock } from '../kernel/id.ts'
import type { Instant } from '../kernel/instant.ts'

/** What an event's leaf covers: all of its row but where it lies. */
export interface SealedEvent {
  /** Number of the project; 0 is the system. */
  readonly project: number
  readonly root: string
  readonly id: string
  readonly seq: number
  readonly kind: string
  readonly type: string
  readonly v: number
  readonly actor: Actor
  readonly at: Instant
  readonly ids: IdBlock
  /** Canonical text, or undefined. */
  readonly origin: string | undefined
  /** Canonical text of the event's fields without its type. */
  readonly body: string
}

/** SHA-256 in hex digits, of text or of the bytes that hex digits stand for. The core has no hash of its own. */
export interface Sha256 {
  ofText(text: string): string
  ofHex(hex: string): string
}

/** Chain and seal together are one integer below 2^53, so there are no more of either. */
export const CHAIN_MAX = 2 ** 17 - 1
export const SEAL_MAX = 2 ** 36 - 1

/** The hash of a chain before its first seal. */
export const CHAIN_START = '0'.repeat(64)

/** The text whose SHA-256 is the event's leaf: a list of its columns in this order, as canonical JSON. */
export function leafTextOf(event: SealedEvent): string {
  const { project, root, id, seq, kind, type, v, actor, at, ids, origin, body } = event
  const head = JSON.stringify([project, root, id, seq, kind, type, v, actor, at, ids])
  return `${head.slice(0, -1)},${origin ?? 'null'},${body}]`
}

/** A seal as it was written, beside the head of the chain that it should follow. */
export interface SealClaim {
  readonly previous: string
  readonly hash: string
  /** One after another, in order of project, root, id and seq. */
  readonly leaves: string
}

export type SealFault =
  | { readonly why: 'not_following'; readonly written: string; readonly computed: string }
  | { readonly why: 'not_covered'; readonly written: string; readonly computed: string }

/** Why the seal does not hold: it follows another one than this head, or covers other leaves. Undefined when it holds. */
export function findSealFault(
  { previous, hash, leaves }: SealClaim,
  head: string,
  sha256: Sha256,
): SealFault | undefined {
  if (previous !== head) return { why: 'not_following', written: previous, computed: head }
  const computed = sha256.ofHex(previous + leaves)
  return computed === hash ? undefined : { why: 'not_covered', written: hash, computed }
}
