// Keys by which artifacts are signed, and signatures.

import { createPublicKey } from 'node:crypto'
import { answer, type trustedKeyRoutes } from '@lockstep/contract'
import type { ProjectId } from '@lockstep/domain'

import { listTrustedKeys, type TrustedKeyRecord } from '../../postgres/deliverables/trusted-keys.ts'
import { queryableOn, type Queryable } from '../../postgres/queryable.ts'
import { findProject } from '../../postgres/read/known.ts'
import { signArtifact } from '../../usecases/artifact/sign-artifact.ts'
import { distrustKey, fingerprintOf, trustKey } from '../../usecases/trusted-key/trust.ts'
import { NOT_FOUND } from '../authorize.ts'
import { presentArtifact } from '../present-deliverable.ts'
import type { ServerHandlers } from '../request-context.ts'

export function trustedKeyHandlers({
  db,
}: {
  readonly db: Queryable
}): ServerHandlers<typeof trustedKeyRoutes> {
  const nameOf = async (from: Queryable, id: ProjectId): Promise<string> =>
    (await findProject(from, id))?.name ?? ''
  return {
    async listTrustedKeys({ query }) {
      const project = await findProject(db, query.project)
      if (project === undefined) return NOT_FOUND
      const keys = await listTrustedKeys(db, project.number)
      return answer({ items: keys.map((key) => present(key, project.name)) })
    },
    async addTrustedKey({ body }, { inTransaction }) {
      return inTransaction(async (write) => {
        const added = await trustKey(write, body)
        if (!added.ok) return added
        return answer(present(added.value, await nameOf(queryableOn(write.tx), body.project)))
      })
    },
    async removeTrustedKey({ query }, { inTransaction }) {
      return inTransaction(async (write) => {
        const removed = await distrustKey(write, query)
        return removed.ok ? answer(null) : removed
      })
    },
    async signArtifact({ params, body }, { inTransaction }) {
      return inTransaction(async (write) => {
        const signed = await signArtifact(write, { ...params, ...body })
        return signed.ok ? answer(presentArtifact(signed.value)) : signed
      })
    },
  }
}

function present({ name, publicKey, at }: TrustedKeyRecord, project: string) {
  const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' })
  return {
    name,
    project,
    fingerprint: fingerprintOf(publicKey),
    publicKey: key.export({ format: 'pem', type: 'spki' }),
    at: at.toISOString(),
  }
}
