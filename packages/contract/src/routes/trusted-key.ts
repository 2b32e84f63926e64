// Keys by which a project lets its artifacts be signed. Their private halves never come here.

import * as z from 'zod/mini'

import { route } from '../route.ts'
import { DigestText, idSchema, named, Name, Timestamp } from '../schema.ts'
import { Artifact } from './deliverable.ts'

export const TrustedKey = named(
  'TrustedKey',
  z.strictObject({
    name: Name,
    project: z.string(),
    /** SHA-256 of the public key as SPKI in DER. */
    fingerprint: DigestText,
    /** SPKI in PEM. */
    publicKey: z.string(),
    at: Timestamp,
  }),
)

export const listTrustedKeys = route({
  method: 'GET',
  path: '/v1/trusted-keys',
  summary: 'List the keys by which the artifacts of a project are signed',
  permission: 'artifact.read',
  object: 'query.project',
  query: { project: idSchema('prj') },
  response: z.strictObject({ items: z.array(TrustedKey) }),
  errors: [],
})

export const addTrustedKey = route({
  method: 'POST',
  path: '/v1/trusted-keys',
  summary: 'Trust an Ed25519 key: the check "signed" asks for a signature by one of these',
  permission: 'project.write',
  object: 'body.project',
  body: {
    project: idSchema('prj'),
    name: Name,
    publicKey: z.string().check(z.minLength(1), z.maxLength(2000)),
  },
  response: TrustedKey,
  status: 201,
  errors: ['name_taken', 'too_many'],
})

export const removeTrustedKey = route({
  method: 'DELETE',
  path: '/v1/trusted-keys',
  summary: 'Trust a key no more: what it has signed does not count from now on',
  permission: 'project.write',
  object: 'query.project',
  query: { project: idSchema('prj'), name: Name },
  response: null,
  errors: [],
})

export const signArtifact = route({
  method: 'POST',
  path: '/v1/artifacts/{artifact}/signatures',
  summary: 'Add a signature of the digest of an artifact by a key that its project trusts',
  permission: 'artifact.upload',
  object: 'params.artifact',
  params: { artifact: idSchema('art') },
  body: {
    /** Ed25519, of the text `sha256:…`, in base64. */
    signature: z
      .string()
      .check(
        z.regex(/^[A-Za-z0-9+/]{86}==$/, 'use the 64 bytes of an Ed25519 signature, in base64'),
      ),
  },
  response: Artifact,
  errors: ['signature_wrong'],
})

export const trustedKeyRoutes = {
  listTrustedKeys,
  addTrustedKey,
  removeTrustedKey,
  signArtifact,
} as const
