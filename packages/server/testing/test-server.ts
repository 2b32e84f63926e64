// One PostgreSQL for the tests of a process, or of a whole `npm test`.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../src/postgres/embedded/embedded-postgres.ts'
import { findPostmaster, stopPostmaster } from '../src/postgres/embedded/postmaster.ts'

const FOLDER_NAME = /^lockstep-test-(\d+)-/

export interface TestServer extends AsyncDisposable {
  readonly url: string
}

/**
 * An embedded server whose data is below the temporary folder and goes away with it. It does not wait for the
 * disk: a test database need not survive a power cut.
 */
export async function startTestServer(): Promise<TestServer> {
  await removeAbandonedServers()
  const dataDir = await mkdtemp(join(tmpdir(), `lockstep-test-${process.pid}-`))
  const server = await startEmbeddedPostgres({
    dataDir,
    parameters: { fsync: 'off', max_connections: '300' },
  })
  return {
    url: server.url,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Servers of test processes that were killed. The folder's name says whose it was. */
async function removeAbandonedServers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = FOLDER_NAME.exec(name)?.[1]
    if (owner === undefined || isAlive(Number(owner))) continue
    const folder = join(tmpdir(), name)
    const running = await findPostmaster(join(folder, 'pg'))
    if (running !== undefined) await stopPostmaster(running.pid)
    await rm(folder, { recursive: true, force: true }).catch(() => undefined) // Another test process was faster.
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
