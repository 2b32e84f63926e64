import { uuidOf, type Id } from '@lockstep/domain'

import { isSignedBy } from '../../planning/verify-signature.ts'
import type { Write } from '../../ports/write.ts'
import { findArtifact, type ListedArtifact } from '../../postgres/deliverables/snapshot-store.ts'
import { listTrustedKeys, saveSignature } from '../../postgres/deliverables/trusted-keys.ts'
import { queryableOn } from '../../postgres/queryable.ts'
import { done, no, type Outcome } from '../outcome.ts'

/** Keeps a signature of an artifact's digest. One by a key that the project does not trust, or of other bytes, is refused; one that is kept already changes nothing. */
export async function signArtifact(
  write: Write,
  input: { readonly artifact: Id<'art'>; readonly signature: string },
): Promise<Outcome<ListedArtifact, 'signature_wrong' | 'unknown_reference'>> {
  const db = queryableOn(write.tx)
  const by = { id: uuidOf(input.artifact) }
  const found = await findArtifact(db, by)
  if (found === undefined) return no('unknown_reference', 'This artifact is not there any more.')
  const { projectNumber, digest, component, version } = found
  const bytes = Buffer.from(input.signature, 'base64')
  const keys = await listTrustedKeys(db, projectNumber)
  const key = keys.find(({ publicKey }) => isSignedBy(publicKey, digest, bytes))
  if (key === undefined) {
    const trusted = keys.length === 0 ? 'none' : keys.map(({ name }) => name).join(', ')
    return no(
      'signature_wrong',
      `No key that the project trusts (${trusted}) has signed ${digest}, which is ${component} ${version}.`,
    )
  }
  const isNew = await saveSignature(db, {
    projectNumber,
    digest,
    key: key.uuid,
    bytes,
    by: write.actor,
  })
  const signed = await findArtifact(db, by)
  if (signed === undefined) return no('unknown_reference', 'This artifact is not there any more.')
  if (isNew) {
    await write.record({
      type: 'artifact_signed',
      subject: input.artifact,
      project: projectNumber,
      body: { component, version, digest, key: key.name },
    })
  }
  return done(signed)
}
