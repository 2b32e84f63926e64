// One value sealed with AES-256-GCM: version, nonce, tag, bytes.

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

import { SecretFault, type SecretPlace } from '../ports/secret-vault.ts'

export const KEY_BYTES = 32
const [FORMAT, NONCE_BYTES, TAG_BYTES] = [1, 12, 16]
const HEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES
const CIPHER = 'aes-256-gcm'

/** What names a key and tells nothing about it. */
export function keyIdOf(master: Buffer): string {
  return derived(master, 'lockstep key id').toString('hex').slice(0, 32)
}

/** Seals under a key of the project, with a fresh nonce; the place is bound to it. */
export function sealValue(master: Buffer, place: SecretPlace, value: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, projectKey(master, place), nonce)
  cipher.setAAD(boundTo(master, place))
  const bytes = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.of(FORMAT), nonce, cipher.getAuthTag(), bytes])
}

/** Throws a `SecretFault` when a bit, the place or the key is another. */
export function openValue(master: Buffer, place: SecretPlace, sealed: Buffer): string {
  if (sealed.length < HEAD_BYTES || sealed[0] !== FORMAT)
    throw new SecretFault(`The stored value of the secret ${place.name} is none.`)
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES)
  const decipher = createDecipheriv(CIPHER, projectKey(master, place), nonce)
  decipher.setAAD(boundTo(master, place))
  decipher.setAuthTag(sealed.subarray(1 + NONCE_BYTES, HEAD_BYTES))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES)), decipher.final()]).toString(
      'utf8',
    )
  } catch (cause) {
    throw new SecretFault(
      `The stored value of the secret ${place.name} was changed, moved, or sealed under another key.`,
      { cause },
    )
  }
}

function boundTo(master: Buffer, { id, project, environment, name, version }: SecretPlace): Buffer {
  return Buffer.from(
    ['secrets', id, project, environment ?? '', name, version, keyIdOf(master)].join('|'),
  )
}

function projectKey(master: Buffer, { project }: SecretPlace): Buffer {
  return derived(master, `lockstep secrets of project ${project}`)
}

function derived(master: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), purpose, KEY_BYTES))
}
