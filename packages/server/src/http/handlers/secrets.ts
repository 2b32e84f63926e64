// Secrets over HTTP: names and ages out, values in.

import { answer, type Secret, type secretRoutes } from '@lockstep/contract'
import type * as z from 'zod/mini'

import type { SecretVault } from '../../ports/secret-vault.ts'
import { pageSecrets, type StoredSecret } from '../../postgres/deliverables/secret-store.ts'
import type { Queryable } from '../../postgres/queryable.ts'
import { nameOf, readNames, type Names } from '../../postgres/read/names.ts'
import { createSecret, deleteSecret, rotateSecret } from '../../usecases/secret/keep-secret.ts'
import { pageFrom, sliceOf } from '../page.ts'
import { timestampOf } from '../present.ts'
import type { ServerHandlers } from '../request-context.ts'

export function secretHandlers({
  db,
  vault,
}: {
  readonly db: Queryable
  readonly vault: SecretVault
}): ServerHandlers<typeof secretRoutes> {
  const present = async (secret: StoredSecret): Promise<z.output<typeof Secret>> =>
    presentSecret(secret, await readNames(db, [secret.setBy]))
  return {
    async listSecrets({ query }) {
      const slice = sliceOf(query)
      if (!slice.ok) return slice
      const { project } = query
      const rows = await pageSecrets(db, { project, after: slice.after, limit: slice.limit })
      const names = await readNames(
        db,
        rows.map(({ setBy }) => setBy),
      )
      return answer(pageFrom(rows, query.limit, (row) => presentSecret(row, names)))
    },

    async createSecret({ body }, { inTransaction }) {
      return inTransaction(async (write) => {
        const { project, environment, name, value } = body
        const made = await createSecret(write, vault, { project, environment, name, value })
        return made.ok ? answer(await present(made.value)) : made
      })
    },

    async rotateSecret({ params, body }, { inTransaction }) {
      return inTransaction(async (write) => {
        const rotated = await rotateSecret(write, vault, params.secret, body.value)
        return rotated.ok ? answer(await present(rotated.value)) : rotated
      })
    },

    async deleteSecret({ params }, { inTransaction }) {
      return inTransaction(async (write) => {
        const deleted = await deleteSecret(write, params.secret)
        return deleted.ok ? answer(null) : deleted
      })
    },
  }
}

function presentSecret(secret: StoredSecret, names: Names): z.output<typeof Secret> {
  return {
    id: secret.id,
    project: secret.projectName,
    environment: secret.environment?.name ?? null,
    name: secret.name,
    version: secret.version,
    state: secret.isLost ? 'lost' : 'set',
    setBy: nameOf(names, secret.setBy),
    setAt: timestampOf(secret.setAt),
  }
}
