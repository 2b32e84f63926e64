import { createHash } from 'node:crypto'

import { definitionText, type Definition } from './definition.ts'

/** `sha256:` and 64 hexadecimal digits: the name of exactly this definition. */
export function definitionDigest(definition: Definition): `sha256:${string}` {
  return `sha256:${createHash('sha256').update(definitionText(definition)).digest('hex')}`
}
