// The composition root: builds the adapters and hands them to those who use them. Only this file knows them all.

import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { Client, type ClientConfig, type Pool } from 'pg'
import { routes } from '@lockstep/contract'
import {
  environmentLockMachine,
  gateRunMachine,
  idOf,
  pipelineRunMachine,
  processRunMachine,
  releaseMachine,
  stageRunMachine,
  stepRunMachine,
  type Machine,
} from '@lockstep/domain'
import { LogFollowers } from './agents/follow-log.ts'
import { jobSecrets } from './agents/reveal-secret.ts'
import { serveAgents, type ServedAgents } from './agents/serve-agents.ts'
import { startOutside } from './compose-outside.ts'
import { startUpkeep } from './compose-upkeep.ts'
import { isLoopback, type Config } from './config.ts'
import { openQueue } from './effects/carry-effects.ts'
import { remindApprovers } from './effects/remind-approvers.ts'
import { registerAgentRoutes } from './http/agent-routes.ts'
import { bindRoutes } from './http/bind.ts'
import { createEventHub } from './http/event-hub.ts'
import { activityHandlers } from './http/handlers/activity.ts'
import { agentHandlers } from './http/handlers/agents.ts'
import { apiHandlers } from './http/handlers/api.ts'
import { artifactContentHandlers } from './http/handlers/artifact-content.ts'
import { artifactUploadHandlers } from './http/handlers/artifact-upload.ts'
import { trustedKeyHandlers } from './http/handlers/trusted-keys.ts'
import { auditHandlers } from './http/handlers/audit.ts'
import { definitionHandlers } from './http/handlers/definitions.ts'
import { deliverableHandlers } from './http/handlers/deliverables.ts'
import { environmentHandlers } from './http/handlers/environments.ts'
import { gateHandlers } from './http/handlers/gates.ts'
import { refuseAddress } from './git/git-command.ts'
import { faultHandlers } from './http/handlers/faults.ts'
import { reportHandlers } from './http/handlers/reports.ts'
import { notificationHandlers } from './http/handlers/notifications.ts'
import { grantHandlers, groupHandlers, userHandlers } from './http/handlers/people.ts'
import { planHandlers } from './http/handlers/plans.ts'
import { eventHandlers, projectHandlers } from './http/handlers/projects.ts'
import { releaseHandlers } from './http/handlers/releases.ts'
import { logHandlers } from './http/handlers/logs.ts'
import { stepHandlers } from './http/handlers/steps.ts'
import { runHandlers } from './http/handlers/runs.ts'
import { secretHandlers } from './http/handlers/secrets.ts'
import { sessionHandlers } from './http/handlers/sessions.ts'
import { taskHandlers } from './http/handlers/tasks.ts'
import { serviceAccountHandlers, tokenHandlers } from './http/handlers/tokens.ts'
import { usualTimesHandlers } from './http/handlers/usual-times.ts'
import { startInternalListener } from './http/internal-listener.ts'
import { readPageFiles, type PageFiles } from './http/page-files.ts'
import type { ServerHandlers } from './http/request-context.ts'
import { createHttpServer } from './http/server.ts'
import { createLogger, type Logger } from './observe/logger.ts'
import { createMetrics, type Metrics } from './observe/metrics.ts'
import type { DatabaseFacts } from './observe/start-lines.ts'
import type { AuditTrail } from './ports/audit.ts'
import type { BlobStore } from './ports/blobs.ts'
import type { Changes } from './ports/changes.ts'
import type { ReactorPort } from './ports/reactor.ts'
import type { SecretVault } from './ports/secret-vault.ts'
import { FileKeyVault } from './secrets/file-key-vault.ts'
import { FileBlobStore } from './objects/file-blob-store.ts'
import { composePerformers } from './performers/compose-performers.ts'
import { blobRows } from './postgres/agents/blob-rows.ts'
import { EventLog } from './postgres/audit/event-log.ts'
import { commands } from './postgres/commands.ts'
import { createPool } from './postgres/create-pool.ts'
import { startEmbeddedPostgres } from './postgres/embedded/embedded-postgres.ts'
import { takeRestoredMark } from './postgres/embedded/restored-mark.ts'
import { migrate } from './postgres/migrate.ts'
import { holdOutgoing, OutgoingHold } from './postgres/outgoing-hold.ts'
import { credentialsOn } from './postgres/people/credentials.ts'
import { peopleOn } from './postgres/people/people.ts'
import { PEOPLE_PLACES, placeFinder } from './postgres/people/places.ts'
import { DEFINITION_PLACES } from './postgres/deliverables/places.ts'
import { createJobClaims } from './postgres/jobs/claim-jobs.ts'
import { queryableOn } from './postgres/queryable.ts'
import { createPinnedPool } from './postgres/pinned-pool.ts'
import { createBossOutbox } from './postgres/reactor/outbox.ts'
import { Reactor } from './postgres/reactor/reactor.ts'
import { RUN_PLACES } from './postgres/read/places.ts'
import { poolAsTx, transact } from './postgres/transact.ts'
import { createPasswords, type Passwords } from './usecases/account/passwords.ts'
import { makeSetupCode } from './usecases/account/set-up.ts'
import { ensureDefinitionAggregates } from './usecases/definition/ensure-aggregates.ts'
import { SESSION_IDLE_MS } from './usecases/session/open-session.ts'

/** What the API stands on. */
export interface ApiResources {
  readonly pool: Pool
  readonly audit: AuditTrail
  readonly changes: Changes
  /** The write path of everything that runs. */
  readonly reactor: ReactorPort
  readonly logger: Logger
  readonly metrics: Metrics
  readonly passwords: Passwords
  readonly blobs: BlobStore
  readonly vault: SecretVault
  /** The agents' side door; absent where only people are served. */
  readonly agents?: ServedAgents
}

export interface ApiSettings {
  readonly version: string
  /** Its signed checkpoints are held against the log. */
  readonly dataDir: string
  readonly host: string
  readonly port: number
  readonly publicUrl: string | undefined
  readonly trustedProxies: readonly string[]
  readonly gitProtocols: readonly string[]
  /** The built web page. */
  readonly page: PageFiles | undefined
}

/** The API while it listens. Disposing it answers what is under way and ends the streams. */
export interface Api extends AsyncDisposable {
  readonly app: FastifyInstance
  /** Where people reach it. */
  readonly url: string
}

/** Serves the contract on these resources, and listens. */
export async function startApi(resources: ApiResources, settings: ApiSettings): Promise<Api> {
  const { pool, audit, changes, reactor, logger, metrics, passwords } = resources
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
    page: settings.page,
    isHttps: settings.publicUrl?.startsWith('https:') ?? false,
    trustedProxies: settings.trustedProxies,
    logger,
    metrics,
  })
  const publicUrl = (): string => url
  const logs = resources.agents?.followers ?? new LogFollowers()
  const handlers: ServerHandlers<typeof routes> = {
    ...activityHandlers({ db: pool }),
    ...apiHandlers({ version: settings.version }),
    ...artifactUploadHandlers({ blobs: resources.blobs }),
    ...trustedKeyHandlers({ db: pool }),
    ...artifactContentHandlers({ db: pool, blobs: resources.blobs }),
    ...sessionHandlers({ passwords, people, isSafeToSignIn: () => isSafe(url) }),
    ...userHandlers({ people, publicUrl }),
    ...groupHandlers({ people, publicUrl }),
    ...grantHandlers({ people, publicUrl }),
    ...tokenHandlers({ people }),
    ...serviceAccountHandlers({ people }),
    ...projectHandlers({ people }),
    ...eventHandlers({ hub }),
    ...planHandlers({ pool, reactor }),
    ...runHandlers({ pool, reactor, logs }),
    ...usualTimesHandlers({ db: pool }),
    ...logHandlers({ pool, logs }),
    ...stepHandlers(pool),
    ...gateHandlers({ pool, reactor, passwords, people }),
    ...taskHandlers({ db: pool }),
    ...deliverableHandlers({
      db: pool,
      refuseRepository: (text) => refuseAddress(text, settings.gitProtocols),
    }),
    ...definitionHandlers({ db: pool, reactor, publicUrl }),
    ...environmentHandlers({ db: pool, reactor }),
    ...agentHandlers({ db: pool, people }),
    ...releaseHandlers({ db: pool, reactor }),
    ...auditHandlers({ pool, now: () => reactor.now(), dataDir: settings.dataDir }),
    ...faultHandlers({ db: pool }),
    ...reportHandlers({ db: pool, now: () => reactor.now() }),
    ...secretHandlers({ db: pool, vault: resources.vault }),
    ...notificationHandlers({
      db: pool,
      people,
      publicUrl,
      remind: (tx, gate, by) =>
        remindApprovers(queryableOn(tx), (id) => `${publicUrl()}/gates/${id}`, { gate, by }),
    }),
  }
  bindRoutes(app, routes, handlers, {
    credentials: credentialsOn(db, { sessionIdleMs: SESSION_IDLE_MS }),
    placeOf: placeFinder(db, { ...PEOPLE_PLACES, ...DEFINITION_PLACES, ...RUN_PLACES }),
    people,
    origins: () => originsOf(url, settings.publicUrl !== undefined),
    transact: (work, keep) => transact(pool, work, keep),
    peopleOn,
    commands,
    audit,
  })
  if (resources.agents !== undefined) await registerAgentRoutes(app, resources.agents)
  await listen(app, settings)
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

/** The server while it runs. Disposing it stops everything in order; twice is the same as once. */
export interface Running extends AsyncDisposable {
  readonly url: string
  readonly internalPort: number
  readonly hasPage: boolean
  readonly database: DatabaseFacts
  /** The one-time code for the first administrator, while there is nobody. */
  readonly setup: { readonly code: string; readonly expiresAt: number } | undefined
  /** Nothing goes out until an administrator says so. */
  readonly isHeld: boolean
}

/** Starts the whole server as the settings say. What was started is stopped again when a later part does not start. */
export async function compose(config: Config, version: string): Promise<Running> {
  await using stack = new AsyncDisposableStack()
  const logger = createLogger({ level: config.logLevel, file: config.logFile })
  const metrics = createMetrics()
  const database = await openDatabase(config, logger, stack)
  const pool = createPool(
    { ...database.connection(), max: POOL_MAX, ...TIMEOUTS, application_name: 'lockstep' },
    (error) => logger.warn({ err: error }, 'an idle database connection was lost'),
  )
  stack.defer(() => pool.end())
  const newClient = (): Client => new Client(database.connection())
  const { rows } = await withClient(newClient, async (client) => {
    await migrate(client)
    if (database.facts.kind === 'embedded')
      await takeRestoredMark(config.dataDir, (because) => holdOutgoing(client, because))
    return client.query<{ version: string; instance: string }>(
      `SELECT current_setting('server_version') AS version, id || '/' || generation AS instance FROM instance`,
    )
  })
  const vault = new FileKeyVault(pool, config.secretKeyFile)
  await vault.check({ forget: config.forgetSecrets })
  const hold = stack.use(
    await OutgoingHold.open(pool, (error) =>
      logger.warn({ err: error }, 'the hold is looked at again'),
    ),
  )
  const queue = await openQueue(pool, (error) =>
    logger.warn({ err: error }, 'the queue had a fault'),
  )
  stack.defer(() => queue.stop({ graceful: true, timeout: QUEUE_STOP_MS }))
  const reactor = new Reactor({
    newClient,
    machines: MACHINES,
    outbox: createBossOutbox(queue),
    version,
    onIncident: ({ id, what, cause }) => logger.error({ err: cause, incident: id }, what),
  })
  stack.use(reactor)
  reactor.answerWith(composePerformers({ db: pool, reactor, fetch: globalThis.fetch }))
  await reactor.start()
  await ensureDefinitionAggregates({ db: pool, reactor })
  const blobs = new FileBlobStore({
    folder: join(config.dataDir, 'objects'),
    index: blobRows(pool),
  })
  const pinned = createPinnedPool(
    { ...database.connection(), ...TIMEOUTS, application_name: 'lockstep agents' },
    (error) => logger.warn({ err: error }, 'a database connection for agents was lost'),
  )
  stack.defer(() => pinned.end())
  const agents = serveAgents({
    db: pool,
    pinned,
    claims: hold.guard(createJobClaims(pinned)),
    reactor,
    blobs,
    secrets: jobSecrets(pool, vault, (fault) =>
      logger.error({ err: fault }, 'a secret could not be opened'),
    ),
    instance: rows[0]?.instance ?? reactor.nodeId,
    allowsFileRepositories: config.gitProtocols.includes('file'),
    onSuspicious: (what) => logger.warn(what, 'an agent did what it should not'),
    onClaimLost: (what) => logger.info(what, 'an agent asked to begin a job that it has no more'),
  })
  stack.use(agents)
  const audit = await withClient(newClient, (client) => EventLog.open(client, reactor.nodeId))
  stack.defer(() => withClient(newClient, (client) => audit.close(client)))
  const page = readPageFiles(PAGE_FOLDER)
  const api = await startApi(
    {
      pool,
      audit,
      changes: reactor,
      reactor,
      logger,
      metrics,
      passwords: createPasswords(),
      blobs,
      vault,
      agents,
    },
    { ...config, version, page },
  )
  stack.use(api)
  stack.use(await startUpkeep({ pool, blobs, dataDir: config.dataDir, log: logger }))
  stack.use(
    await startOutside({ config, pool, queue, reactor, log: logger, publicUrl: api.url, hold }),
  )
  const internal = await startInternalListener({
    host: '127.0.0.1',
    port: config.internalPort,
    metrics: metrics.registry,
    async notReadyBecause() {
      const alive = await pool.query('SELECT 1').then(
        () => true,
        () => false,
      )
      return alive ? undefined : 'The database does not answer.'
    },
  })
  stack.use(internal)
  logger.info({ url: api.url, internalPort: internal.port }, 'listening')
  const setup = await makeSetupCode(peopleOn(poolAsTx(pool)))
  const started = stack.move()
  return {
    url: api.url,
    internalPort: internal.port,
    hasPage: page !== undefined,
    database: { ...database.facts, version: rows[0]?.version ?? '' },
    setup,
    isHeld: hold.isHeld,
    async [Symbol.asyncDispose]() {
      await started.disposeAsync()
    },
  }
}

/** Where `scripts/build-page.ts` puts the web page. */
const PAGE_FOLDER = join(import.meta.dirname, '../../web/dist')

/** How everything that runs goes on. */
export const MACHINES: readonly Machine[] = [
  pipelineRunMachine,
  stageRunMachine,
  gateRunMachine,
  processRunMachine,
  stepRunMachine,
  environmentLockMachine,
  releaseMachine,
]
const POOL_MAX = 20
/** What is being sent gets this long; the rest is sent after the next start. */
const QUEUE_STOP_MS = 5_000
/** No statement of a request holds a connection or a lock for longer than anybody waits for its answer. */
const TIMEOUTS = {
  connectionTimeoutMillis: 10_000,
  statement_timeout: 25_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 30_000,
} as const

interface OpenedDatabase {
  /** Where to connect now. */
  readonly connection: () => ClientConfig
  readonly facts: DatabaseFacts
}

async function openDatabase(
  config: Config,
  logger: Logger,
  stack: AsyncDisposableStack,
): Promise<OpenedDatabase> {
  const { databaseUrl, dataDir, pgBin } = config
  if (databaseUrl !== undefined) {
    const facts = { kind: 'external', version: '', url: databaseUrl } as const
    return { connection: () => ({ connectionString: databaseUrl }), facts }
  }
  const embedded = await startEmbeddedPostgres({
    dataDir,
    pgBin,
    onNotice: (text) => logger.warn({}, text),
  })
  stack.use(embedded)
  const { version, isNew, isAdopted, readyMs } = embedded
  return {
    connection: () => ({ ...embedded.connection }),
    facts: { kind: 'embedded', version, dataDir, isNew, isAdopted, readyMs },
  }
}

async function withClient<Value>(
  newClient: () => Client,
  use: (client: Client) => Promise<Value>,
): Promise<Value> {
  const client = newClient()
  client.on('error', () => undefined) // The query that runs tells.
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

/** The server cannot listen where it was told to. */
export class ListenFault extends Error {
  override readonly name = 'ListenFault'
}

async function listen(app: FastifyInstance, { host, port }: ApiSettings): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const reason =
      code === 'EADDRINUSE'
        ? 'another program has it. Stop that program, or set LOCKSTEP_PORT to another port (0 lets the system choose)'
        : `${cause instanceof Error ? cause.message : code}. Set LOCKSTEP_HOST and LOCKSTEP_PORT to an address of this machine`
    throw new ListenFault(`The server cannot listen on ${host}, port ${port}: ${reason}.`, {
      cause,
    })
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
