import { createPublicKey, verify } from 'node:crypto'

/** Whether this is the Ed25519 signature of the digest, as the text `sha256:…`, by this key (SPKI in DER). */
export function isSignedBy(publicKey: Buffer, digest: string, signature: Buffer): boolean {
  const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' })
  return verify(null, Buffer.from(digest), key, signature)
}
