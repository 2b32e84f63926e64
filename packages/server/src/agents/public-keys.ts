// Keys of agents, ready to verify with: making one of 32 bytes costs as much as the verification.

import { createPublicKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

const KEYS_MAX = 10_000

/** A key object per public part. Nothing depends on what is kept: the same bytes make the same key. */
export class PublicKeys {
  readonly #keys = new Map<string, KeyObject>()

  /** The Ed25519 key of these 32 bytes. */
  get(publicPart: Buffer): KeyObject {
    const x = publicPart.toString('base64url')
    const known = this.#keys.get(x)
    if (known !== undefined) return known
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    if (this.#keys.size >= KEYS_MAX) this.#keys.clear()
    this.#keys.set(x, key)
    return key
  }
}
