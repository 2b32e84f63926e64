// Who this agent is: an Ed25519 key that never leaves the machine, and the id that the server gave it.
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { readIfThere, readOwnJson, replaceFile } from '../journal/durable-file.ts'

export interface Identity {
  readonly agent: string
  readonly server: string
}

/** The agent's key, made and stored at the first use, readable by this user alone. */
export function ensureKey(stateDir: string): KeyObject {
  const path = join(stateDir, 'key')
  const stored = readIfThere(path)
  if (stored !== undefined) return createPrivateKey(stored)
  const { privateKey } = generateKeyPairSync('ed25519')
  replaceFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600)
  return privateKey
}

/** The public part as the server stores it: base64url of 32 bytes. */
export function publicPartOf(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  if (x === undefined) throw new Error('The key of this agent is not an Ed25519 key.')
  return x
}

export function signText(key: KeyObject, text: string): string {
  return sign(null, Buffer.from(text), key).toString('base64url')
}

/** Who the server said that we are; undefined before enrolment. */
export function readIdentity(stateDir: string): Identity | undefined {
  return readOwnJson(join(stateDir, 'identity.json'))
}

export function saveIdentity(stateDir: string, identity: Identity): void {
  replaceFile(join(stateDir, 'identity.json'), JSON.stringify(identity))
}
