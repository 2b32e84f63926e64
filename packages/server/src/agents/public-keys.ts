// Keys of agents, ready to verify with: making one of 32 bytes costs as much as the verification.

import { createPublicKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { AgentId } from '@lockstep/domain'

const KEYS_MAX = 10_000

/** The key object of each agent that has called. An agent has one key for ever; whether it may call is not known here. */
export class PublicKeys {
  readonly #keys = new Map<AgentId, KeyObject>()

  find(agent: AgentId): KeyObject | undefined {
    return this.#keys.get(agent)
  }

  /** The Ed25519 key of these 32 bytes, kept for the next request. */
  learn(agent: AgentId, publicPart: Buffer): KeyObject {
    const x = publicPart.toString('base64url')
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    if (this.#keys.size >= KEYS_MAX) this.#keys.clear()
    this.#keys.set(agent, key)
    return key
  }
}
