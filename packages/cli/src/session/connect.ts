import { createClient, type Client } from '@lockstep/client'

import { Refusal, UsageRefusal } from '../command/failure.ts'
import type { SessionStore } from './session-store.ts'

export const DEFAULT_SERVER = 'http://127.0.0.1:4600'

interface Wanted {
  readonly server: string | undefined
  readonly token: string | undefined
}

/** The client of the server that is meant, as whoever is signed in there or whose token was given. */
export async function connect(sessions: SessionStore, { server, token }: Wanted): Promise<Client> {
  const address = server === undefined ? undefined : parseServer(server)
  if (token !== undefined) return createClient({ server: address ?? DEFAULT_SERVER, token })
  const kept = await sessions.find(address)
  if (kept !== undefined) return createClient({ server: kept.server, session: kept.session })
  const where = address === undefined ? '' : ` to ${address}`
  throw new Refusal(`you are not signed in${where}.`, [
    `Sign in:  lockstep login${address === undefined ? '' : ` ${address}`}`,
  ])
}

/** The address of the server that `connect` reaches. */
export async function serverOf(sessions: SessionStore, { server, token }: Wanted): Promise<string> {
  if (server !== undefined) return parseServer(server)
  const kept = token === undefined ? await sessions.find(undefined) : undefined
  return kept?.server ?? DEFAULT_SERVER
}

/** `https://lockstep.example.test` from what a person types: a scheme may be left out. */
export function parseServer(text: string): string {
  const withScheme = /^https?:\/\//.test(text) ? text : `https://${text}`
  const url = URL.parse(withScheme)
  if (url === null || url.hostname === '') {
    throw new UsageRefusal(
      `"${text}" is no address of a server, such as https://lockstep.example.test.`,
    )
  }
  return url.origin
}
