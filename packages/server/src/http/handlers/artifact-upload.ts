// Bytes from outside: in parts, at the place where they go on, whole or not at all.

import { answer, refused, UPLOAD_PART_BYTES, type artifactUploadRoutes } from '@lockstep/contract'
import type { Digest } from '@lockstep/domain'

import type { BlobStore, UploadAnswer } from '../../ports/blobs.ts'
import { deleteArtifact, keepArtifact } from '../../usecases/artifact/keep-artifact.ts'
import { presentArtifact } from '../present-deliverable.ts'
import { ownerOf } from '../principal.ts'
import type { RequestContext, ServerHandlers } from '../request-context.ts'

export function artifactUploadHandlers({
  blobs,
}: {
  readonly blobs: BlobStore
}): ServerHandlers<typeof artifactUploadRoutes> {
  return {
    async beginUpload({ body }, context) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has checked its form
      const digest = body.digest as Digest
      const began = await blobs.begin({ owner: uploader(context), digest }, body.sizeBytes)
      return began.ok ? answer(stateOf(began)) : refuseBegin(began)
    },

    async appendUpload({ params, query }, context) {
      const bytes = await readPart(context)
      if (bytes === undefined)
        return refused('artifact_too_large', `A part has at most ${UPLOAD_PART_BYTES} bytes.`)
      const key = { owner: uploader(context), digest: `sha256:${params.digest}` } as const
      const appended = await blobs.append(key, query.offset, bytes)
      return appended.ok ? answer(stateOf(appended)) : refuseAppend(appended)
    },

    async createArtifact({ body }, { inTransaction }) {
      return inTransaction(async (write) => {
        const kept = await keepArtifact(write, blobs, {
          ...body,
          application: body.application,
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has checked its form
          digest: body.digest as Digest,
          commit: body.commit ?? null,
        })
        return kept.ok ? answer(presentArtifact(kept.value)) : kept
      })
    },

    async deleteArtifact({ params, body }, { inTransaction }) {
      return inTransaction(async (write) => {
        const deleted = await deleteArtifact(write, { ...params, ...body })
        return deleted.ok ? answer(null) : deleted
      })
    },
  }
}

/** Uploads of different people never meet. */
function uploader({ principal }: RequestContext): string {
  return ownerOf(principal) ?? 'nobody'
}

function stateOf({ length, isComplete }: Extract<UploadAnswer, { ok: true }>): {
  readonly length: number
  readonly complete: boolean
} {
  return { length, complete: isComplete }
}

function refuseBegin({ refusal }: Extract<UploadAnswer, { ok: false }>) {
  return refusal === 'storage_full'
    ? refused(
        'storage_full',
        'The disk of the server has no room for this. Free some and try again.',
      )
    : refused('artifact_too_large', 'This is larger than what the server takes.')
}

function refuseAppend(upload: Extract<UploadAnswer, { ok: false }>) {
  const { refusal, length } = upload
  switch (refusal) {
    case 'wrong_offset':
    case 'not_begun':
      return refused('upload_offset_wrong', `The upload goes on at ${length}.`, { length })
    case 'wrong_digest':
      return refused(
        'digest_mismatch',
        'The bytes are not those of the digest; they were thrown away. Send them again from the beginning.',
      )
    case 'storage_full':
    case 'too_large':
      return refuseBegin(upload)
  }
}

async function readPart({ upload }: RequestContext): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of upload) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > UPLOAD_PART_BYTES) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}
