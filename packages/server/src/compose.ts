// The composition root: builds the adapters and hands them to those who use them. Only this file knows them all.

import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Pool } from 'pg'
import { routes } from '@lockstep/contract'
import { idOf } from '@lockstep/domain'
import { isLoopback } from './config.ts'
import { bindRoutes } from './http/bind.ts'
import { createEventHub } from './http/event-hub.ts'
import { apiHandlers } from './http/handlers/api.ts'
import { grantHandlers, groupHandlers, userHandlers } from './http/handlers/people.ts'
import { eventHandlers, projectHandlers } from './http/handlers/projects.ts'
import { sessionHandlers } from './http/handlers/sessions.ts'
import { serviceAccountHandlers, tokenHandlers } from './http/handlers/tokens.ts'
import type { ServerHandlers } from './http/request-context.ts'
import { createHttpServer } from './http/server.ts'
import type { Logger } from './observe/logger.ts'
import type { Metrics } from './observe/metrics.ts'
import type { AuditTrail } from './ports/audit.ts'
import type { Changes } from './ports/changes.ts'
import { commands } from './postgres/commands.ts'
import { credentialsOn } from './postgres/people/credentials.ts'
import { peopleOn } from './postgres/people/people.ts'
import { PEOPLE_PLACES, placeFinder } from './postgres/people/places.ts'
import { poolAsTx, transact } from './postgres/transact.ts'
import type { Passwords } from './usecases/account/passwords.ts'
import { SESSION_IDLE_MS } from './usecases/session/open-session.ts'

/** What the API stands on. */
export interface ApiResources {
  readonly pool: Pool
  readonly audit: AuditTrail
  readonly changes: Changes
  readonly logger: Logger
  readonly metrics: Metrics
  readonly passwords: Passwords
}

export interface ApiSettings {
  readonly version: string
  readonly host: string
  readonly port: number
  readonly publicUrl: string | undefined
  readonly trustedProxies: readonly string[]
}

/** The API while it listens. Disposing it answers what is under way and ends the streams. */
export interface Api extends AsyncDisposable {
  readonly app: FastifyInstance
  /** Where people reach it. */
  readonly url: string
}

/** Serves the contract on these resources, and listens. */
export async function startApi(resources: ApiResources, settings: ApiSettings): Promise<Api> {
  const { pool, audit, changes, logger, metrics, passwords } = resources
  const db = poolAsTx(pool)
  const people = peopleOn(db)
  let url = settings.publicUrl ?? ''
  const hub = createEventHub({
    changes,
    async projectOf(number) {
      const { rows } = await db.query<{ id: string }>('SELECT id FROM projects WHERE number = $1', [
        number,
      ])
      return rows[0] && idOf('prj', rows[0].id)
    },
    onStreams: (change) => metrics.streams(change),
  })
  const app = createHttpServer({
    routes,
    isHttps: settings.publicUrl?.startsWith('https:') ?? false,
    trustedProxies: settings.trustedProxies,
    logger,
    metrics,
  })
  const publicUrl = (): string => url
  const handlers: ServerHandlers<typeof routes> = {
    ...apiHandlers({ version: settings.version }),
    ...sessionHandlers({ passwords, people, isSafeToSignIn: () => isSafe(url) }),
    ...userHandlers({ people, publicUrl }),
    ...groupHandlers({ people, publicUrl }),
    ...grantHandlers({ people, publicUrl }),
    ...tokenHandlers({ people }),
    ...serviceAccountHandlers({ people }),
    ...projectHandlers({ people }),
    ...eventHandlers({ hub }),
  }
  bindRoutes(app, routes, handlers, {
    credentials: credentialsOn(db, { sessionIdleMs: SESSION_IDLE_MS }),
    placeOf: placeFinder(db, PEOPLE_PLACES),
    people,
    origins: () => originsOf(url, settings.publicUrl !== undefined),
    transact: (work, keep) => transact(pool, work, keep),
    peopleOn,
    commands,
    audit,
  })
  await app.listen({ host: settings.host, port: settings.port })
  url ||= `http://${hostText(settings.host)}:${portOf(app)}`
  return {
    app,
    url,
    async [Symbol.asyncDispose]() {
      hub[Symbol.dispose]()
      await app.close()
    },
  }
}

/** Browsers keep a `__Host-` cookie over https, and over http on this machine only. */
function isSafe(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || isLoopback(hostname)
}

/** Without a public address this machine's names stand for each other. */
function originsOf(url: string, isPublic: boolean): readonly string[] {
  if (isPublic) return [url]
  const { port } = new URL(url)
  return [...new Set([url, `http://127.0.0.1:${port}`, `http://localhost:${port}`])]
}

function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function portOf(app: FastifyInstance): number {
  const address: AddressInfo | string | null = app.server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
