// A server for agents on a benchmark's database: the write path, the agents' side door, and nothing else.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serveAgents } from '../packages/server/src/agents/serve-agents.ts'
import { registerAgentRoutes } from '../packages/server/src/http/agent-routes.ts'
import { createHttpServer } from '../packages/server/src/http/server.ts'
import { FileBlobStore } from '../packages/server/src/objects/file-blob-store.ts'
import { createLogger } from '../packages/server/src/observe/logger.ts'
import { createMetrics } from '../packages/server/src/observe/metrics.ts'
import { blobRows } from '../packages/server/src/postgres/agents/blob-rows.ts'
import { createJobClaims } from '../packages/server/src/postgres/jobs/claim-jobs.ts'
import { createPinnedPool } from '../packages/server/src/postgres/pinned-pool.ts'
import type { Reactor } from '../packages/server/src/postgres/reactor/reactor.ts'
import type { BenchDatabase } from './bench-server.ts'

export interface AgentServer extends AsyncDisposable {
  readonly url: string
  /** Requests that were answered since it began. */
  countAnswers(): number
}

/** Address of this server that answers without doing anything: what HTTP itself costs here. */
export const NOTHING_PATH = '/nothing'

export async function startAgentServer(
  database: BenchDatabase,
  reactor: Reactor,
): Promise<AgentServer> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-agents-'))
  const { pool } = database
  const logger = createLogger({ level: 'error' })
  const pinned = createPinnedPool({ connectionString: database.url }, () => undefined)
  const agents = serveAgents({
    db: pool,
    pinned,
    claims: createJobClaims(pinned),
    reactor,
    blobs: new FileBlobStore({ folder, index: blobRows(pool) }),
    secrets: { reveal: () => Promise.resolve({ kind: 'missing' }) },
    instance: 'bench',
    allowsFileRepositories: false,
    onSuspicious: (what) => logger.error(what, 'an agent did what it should not'),
    onClaimLost: (what) => logger.error(what, 'an agent asked to begin a job that it has no more'),
  })
  const metrics = createMetrics()
  const app = createHttpServer({
    routes: {},
    page: undefined,
    isHttps: false,
    trustedProxies: [],
    logger,
    metrics,
  })
  let answers = 0
  app.addHook('onResponse', async () => {
    answers += 1
  })
  app.post(NOTHING_PATH, async (_request, reply) => reply.send('{}'))
  await registerAgentRoutes(app, agents)
  await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url: app.listeningOrigin,
    countAnswers: () => answers,
    async [Symbol.asyncDispose]() {
      agents[Symbol.dispose]()
      await app.close()
      await pinned.end()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
