// Artifacts that were built elsewhere: bytes by digest first, then the version that they are, once and for ever.

import * as z from 'zod/mini'

import { raw, route } from '../route.ts'
import { Comment, DigestText, idSchema } from '../schema.ts'
import { Artifact, ArtifactVersion } from './deliverable.ts'
import { ThingName } from './run.ts'

/** One part of an upload at most. */
export const UPLOAD_PART_BYTES = 8 * 1024 * 1024
const DigestHex = z.string().check(z.regex(/^[0-9a-f]{64}$/))

const Upload = z.strictObject({ length: z.int(), complete: z.boolean() })

export const beginUpload = route({
  method: 'POST',
  path: '/v1/projects/{project}/uploads',
  summary: 'Announce bytes, or ask how far an upload is',
  permission: 'artifact.upload',
  object: 'params.project',
  params: { project: idSchema('prj') },
  body: { digest: DigestText, sizeBytes: z.int().check(z.minimum(1)) },
  response: Upload,
  errors: ['storage_full', 'artifact_too_large'],
})

export const appendUpload = route({
  method: 'PUT',
  path: '/v1/projects/{project}/uploads/{digest}',
  summary: 'Send the next part of announced bytes; with the last one they are checked and kept',
  permission: 'artifact.upload',
  object: 'params.project',
  params: { project: idSchema('prj'), digest: DigestHex },
  query: { offset: z.int().check(z.minimum(0)) },
  body: raw('application/octet-stream'),
  bodyLimit: UPLOAD_PART_BYTES,
  response: Upload,
  errors: ['upload_offset_wrong', 'digest_mismatch', 'storage_full', 'artifact_too_large'],
})

export const createArtifact = route({
  method: 'POST',
  path: '/v1/artifacts',
  summary: 'Take a version of a component for bytes that were uploaded',
  permission: 'artifact.upload',
  object: 'body.project',
  body: {
    project: idSchema('prj'),
    /** Left out: the only application of the project that has the component. */
    application: z.optional(ThingName),
    component: ThingName,
    version: ArtifactVersion,
    digest: DigestText,
    commit: z.optional(z.string().check(z.maxLength(64))),
  },
  response: Artifact,
  status: 201,
  errors: ['artifact_version_taken', 'digest_mismatch'],
})

export const deleteArtifact = route({
  method: 'POST',
  path: '/v1/artifacts/{artifact}/deletion',
  summary: 'Give out an artifact no more; its version stays taken',
  permission: 'artifact.delete',
  object: 'params.artifact',
  params: { artifact: idSchema('art') },
  body: { comment: Comment },
  response: null,
  errors: ['wrong_state', 'comment_missing'],
})

export const artifactUploadRoutes = {
  beginUpload,
  appendUpload,
  createArtifact,
  deleteArtifact,
} as const
