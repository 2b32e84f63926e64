// The value of a secret for a job that names it.

import { SecretFault, type SecretVault } from '../ports/secret-vault.ts'
import { findSealed } from '../postgres/deliverables/secret-store.ts'
import type { Queryable } from '../postgres/queryable.ts'
import type { JobSecrets } from './deps.ts'

/** Opens what is stored. A value that cannot be opened is told, and reaches nobody. */
export function jobSecrets(
  db: Queryable,
  vault: SecretVault,
  onUnreadable: (fault: SecretFault) => void,
): JobSecrets {
  return {
    async reveal({ name, ...scope }) {
      const found = await findSealed(db, scope, name)
      if (found === undefined) return { kind: 'missing' }
      try {
        return { kind: 'value', value: await vault.open(found.place, found.sealed) }
      } catch (error) {
        if (!(error instanceof SecretFault)) throw error
        onUnreadable(error)
        return { kind: 'unreadable' }
      }
    },
  }
}
