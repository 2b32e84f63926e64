import { hash } from 'node:crypto'
import type { Sha256 } from '@lockstep/domain'

/** The hash of the chain, as the rules of the domain want it. */
export const SHA256: Sha256 = {
  ofText: (text) => hash('sha256', text),
  ofHex: (hex) => hash('sha256', Buffer.from(hex, 'hex')),
}
