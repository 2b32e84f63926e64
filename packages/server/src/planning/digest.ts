import { createHash } from 'node:crypto'

import { canonicalText, type Digest, type JsonValue } from '@lockstep/domain'

/** The SHA-256 of the canonical text of data that is JSON by construction: a plan, a snapshot, what a gate covers. */
export function digestOf(value: object): Digest {
  // Interfaces have no index signature, so that their types are not seen to be JSON.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  const text = canonicalText(value as unknown as JsonValue)
  return digestOfText(text)
}

/** The SHA-256 of a text, as digests are written. */
export function digestOfText(text: string): Digest {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}
