// The key of a simulated agent: made from its seed, so that it is the same agent after a restart.

import { createPrivateKey, createPublicKey, hash, sign } from 'node:crypto'

/** What stands before the 32 bytes of an Ed25519 key in PKCS #8. */
const BEFORE_KEY = Buffer.from('302e020100300506032b657004220420', 'hex')

export interface AgentKey {
  /** As the protocol carries it: base64url of 32 bytes. */
  readonly publicPart: string
  sign(text: string): string
}

/** The key of the agent of this name. Not a secret: for simulations only. */
export function createAgentKey(seed: number, name: string): AgentKey {
  const bytes = hash('sha256', `simulated agent\n${seed}\n${name}`, 'buffer')
  const key = createPrivateKey({
    key: Buffer.concat([BEFORE_KEY, bytes]),
    format: 'der',
    type: 'pkcs8',
  })
  return {
    publicPart: createPublicKey(key).export({ format: 'jwk' }).x ?? '',
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64url'),
  }
}
