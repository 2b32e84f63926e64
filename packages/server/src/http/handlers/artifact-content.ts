import { answer, refused, type artifactContentRoutes } from '@lockstep/contract'
import { uuidOf, type Digest } from '@lockstep/domain'

import type { BlobStore } from '../../ports/blobs.ts'
import { findRow, type Queryable } from '../../postgres/queryable.ts'
import type { ServerHandlers } from '../request-context.ts'

/** Bytes of artifacts. A digest is read through a project that has an artifact of it: knowing a digest opens nothing. */
export function artifactContentHandlers(deps: {
  readonly db: Queryable
  readonly blobs: BlobStore
}): ServerHandlers<typeof artifactContentRoutes> {
  return {
    async readArtifact({ params }) {
      const owned = await findRow<{ digest: Digest }>(
        deps.db,
        `SELECT a.digest FROM artifacts a JOIN projects p ON p.number = a.project_id
         WHERE p.id = $1 AND a.digest = $2 AND a.deleted_at IS NULL LIMIT 1`,
        [uuidOf(params.project), `sha256:${params.digest}`],
      )
      const blob = owned === undefined ? undefined : await deps.blobs.open(owned.digest)
      if (blob === undefined) {
        return refused('not_found', `There is no artifact sha256:${params.digest} in this project.`)
      }
      return answer({
        stream: blob.stream,
        headers: {
          'content-length': String(blob.sizeBytes),
          'content-disposition': 'attachment; filename="artifact"',
          'content-security-policy': 'sandbox',
        },
      })
    },
  }
}
