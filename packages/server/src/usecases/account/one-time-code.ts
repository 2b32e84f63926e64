// Secrets that are shown once and kept as their SHA-256 only.

import { createHash, randomBytes } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const SECRET_BYTES = 32

/** A link's code: two letters that say what it is for, and 256 bits. */
export function makeCode(kind: 'fs' | 'in'): string {
  let bits = BigInt(`0x${randomBytes(SECRET_BYTES).toString('hex')}`)
  let text = ''
  for (let index = 0; index < 52; index += 1) {
    text += ALPHABET.charAt(Number(bits & 31n))
    bits >>= 5n
  }
  return `${kind}_${text}`
}

/** Whether it is for the first administrator, and not for the password of somebody who is there. */
export function isSetupCode(code: string): boolean {
  return code.startsWith('fs_')
}

/** What a browser holds in its cookie: 256 bits. */
export function makeSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

/** What is stored of a secret. Fast on purpose: the secret is random, not chosen by a person. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
