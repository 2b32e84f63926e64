// Tells other nodes that there is something to read, and hears it from them. Polling is the truth; this makes it quick.

import type { Client } from 'pg'
import { Connection } from './connection.ts'
import type { NewClient } from './connection.ts'

const CHANNEL = 'lockstep_commits'

export class Hints implements AsyncDisposable {
  readonly #connection: Connection
  readonly #nodeId: string
  #isSending = false
  #isDue = false

  constructor(newClient: NewClient, nodeId: string, heard: () => void) {
    this.#nodeId = nodeId
    this.#connection = new Connection(
      newClient,
      { application_name: 'lockstep hints' },
      async (client) => {
        client.on('notification', ({ payload }) => {
          if (payload !== nodeId) heard()
        })
        await client.query(`LISTEN ${CHANNEL}`)
      },
    )
  }

  async start(): Promise<void> {
    await this.#connection.client()
  }

  /** One notification for all commits since the one before was sent: each costs a lock that all commits share. */
  send(): void {
    this.#isDue = true
    if (this.#isSending) return
    this.#isSending = true
    void this.#sendAll().finally(() => {
      this.#isSending = false
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]()
  }

  async #sendAll(): Promise<void> {
    while (this.#isDue) {
      this.#isDue = false
      const client: Client | undefined = await this.#connection.client().catch(() => undefined)
      if (client === undefined) return
      // Lost hints are made up for by polling.
      await client
        .query('SELECT pg_notify($1, $2)', [CHANNEL, this.#nodeId])
        .catch(() => this.#connection.drop())
    }
  }
}
