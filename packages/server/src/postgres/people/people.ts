import type { People } from '../../ports/people.ts'
import type { Tx } from '../../ports/transaction.ts'
import { codeStore, failureStore } from './codes.ts'
import { grantStore } from './grants.ts'
import { groupStore } from './groups.ts'
import { projectStore } from './projects.ts'
import { serviceAccountStore } from './service-accounts.ts'
import { sessionStore } from './sessions.ts'
import { tokenStore } from './tokens.ts'
import { userStore } from './users.ts'

/** All stores of people on one transaction. */
export function peopleOn(tx: Tx): People {
  return {
    users: userStore(tx),
    groups: groupStore(tx),
    serviceAccounts: serviceAccountStore(tx),
    projects: projectStore(tx),
    grants: grantStore(tx),
    sessions: sessionStore(tx),
    tokens: tokenStore(tx),
    codes: codeStore(tx),
    failures: failureStore(tx),
  }
}
