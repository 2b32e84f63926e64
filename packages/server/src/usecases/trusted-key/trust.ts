import { createHash, createPublicKey } from 'node:crypto'
import { NO_TRUSTED_KEY, refuseTrustedKey, type ProjectId } from '@lockstep/domain'

import type { Write } from '../../ports/write.ts'
import {
  insertTrustedKey,
  listTrustedKeys,
  retireTrustedKey,
  type TrustedKeyRecord,
} from '../../postgres/deliverables/trusted-keys.ts'
import { queryableOn } from '../../postgres/queryable.ts'
import { lockProject } from '../../postgres/read/known.ts'
import { done, no, type Outcome } from '../outcome.ts'

const KEYS_MAX = 20

/** Trusts a public key from now on. What is no Ed25519 key, and every private one, is refused. */
export async function trustKey(
  write: Write,
  input: { readonly project: ProjectId; readonly name: string; readonly publicKey: string },
): Promise<
  Outcome<TrustedKeyRecord, 'invalid_field' | 'name_taken' | 'too_many' | 'unknown_reference'>
> {
  const { name } = input
  const refusal = refuseTrustedKey(input.publicKey)
  if (refusal !== undefined) return no('invalid_field', refusal, { field: 'publicKey' })
  const publicKey = readKey(input.publicKey)
  if (publicKey === undefined) return no('invalid_field', NO_TRUSTED_KEY, { field: 'publicKey' })
  const db = queryableOn(write.tx)
  const project = await lockProject(db, input.project)
  if (project === undefined) return no('unknown_reference', 'This project is not there any more.')
  const before = await listTrustedKeys(db, project.number)
  if (before.length >= KEYS_MAX) {
    return no(
      'too_many',
      `A project trusts ${KEYS_MAX} keys at most. Remove those that sign no more.`,
    )
  }
  const same = before.find((one) => one.name === name || one.publicKey.equals(publicKey))
  if (same !== undefined)
    return no('name_taken', `${project.name} trusts this name or key already, as "${same.name}".`)
  await insertTrustedKey(db, { projectNumber: project.number, name, publicKey, by: write.actor })
  const added = (await listTrustedKeys(db, project.number)).find((one) => one.name === name)
  if (added === undefined) return no('unknown_reference', 'This key is not there any more.')
  await write.record({
    type: 'key_trusted',
    subject: input.project,
    project: project.number,
    body: { name, fingerprint: fingerprintOf(publicKey) },
  })
  return done(added)
}

/** Trusts a key no more: what it has signed does not count from now on. */
export async function distrustKey(
  write: Write,
  input: { readonly project: ProjectId; readonly name: string },
): Promise<Outcome<undefined, 'unknown_reference'>> {
  const db = queryableOn(write.tx)
  const project = await lockProject(db, input.project)
  const found =
    project && (await listTrustedKeys(db, project.number)).find(({ name }) => name === input.name)
  if (project === undefined || found === undefined)
    return no('unknown_reference', `This project trusts no key named "${input.name}".`)
  await retireTrustedKey(db, found.uuid)
  await write.record({
    type: 'key_distrusted',
    subject: input.project,
    project: project.number,
    body: { name: input.name, fingerprint: fingerprintOf(found.publicKey) },
  })
  return done(undefined)
}

/** SHA-256 of the key as SPKI in DER. */
export function fingerprintOf(publicKey: Buffer): string {
  return `sha256:${createHash('sha256').update(publicKey).digest('hex')}`
}

function readKey(pem: string): Buffer | undefined {
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType !== 'ed25519') return undefined
    return key.export({ format: 'der', type: 'spki' })
  } catch {
    return undefined // Whatever is wrong with it, it is no key.
  }
}
