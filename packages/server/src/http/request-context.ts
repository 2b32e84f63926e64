import type { Readable } from 'node:stream'
import type { Handlers, Routes } from '@lockstep/contract'
import type { Decision, Permission, Reach } from '@lockstep/domain'
import type { PlaceOf } from '../ports/people.ts'
import type { CommandKey } from '../ports/reactor.ts'
import type { InTransaction } from '../ports/write.ts'
import type { Principal } from './principal.ts'

/** What a handler knows beside its validated input. Identity and permission on the route's object are already decided. */
export interface RequestContext {
  readonly principal: Principal
  readonly requestId: string
  /** The peer, or who a trusted proxy says it is. */
  readonly origin: {
    readonly address: string
    readonly client: string
    readonly session: string | null
  }
  /** Where the route's permission is granted to the caller: what a list may show. */
  readonly reach: Reach
  /** Whether the caller may do something else to another thing that the request names by its id. */
  can(permission: Permission, id: string): Promise<Decision>
  /** Where another thing lives that the request names. */
  readonly placeOf: PlaceOf
  /** The `Idempotency-Key`, made unique to the caller and route: hand it to the reactor, or write through `inTransaction`. */
  readonly command: CommandKey | undefined
  /** The version in `If-Match`; there for every route that is conditional. */
  readonly ifMatch: number
  /** The secret of the browser's device cookie. */
  readonly deviceSecret: string | undefined
  readonly lastEventId: string | undefined
  /** A raw body. */
  readonly upload: Readable
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal
  /** Asks again who the caller is: false when the session has ended or its rights have changed. For streams. */
  isStillAllowed(): Promise<boolean>
  /**
   * Runs an ordinary change in one transaction. With an idempotency key it happens once, and its answer is given again.
   * A refusal takes everything back.
   */
  readonly inTransaction: InTransaction
}

/** The server's handlers of a group of routes. */
export type ServerHandlers<R extends Routes> = Handlers<R, RequestContext>
