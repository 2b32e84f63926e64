// What the server does for itself now and then: it forgets what nothing looks at, signs where its log stands, looks for broken promises.

import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Pool } from 'pg'

import type { FileBlobStore } from './objects/file-blob-store.ts'
import type { Log } from './ports/observe.ts'
import { auditInvariants } from './postgres/audit/audit-invariants.ts'
import {
  checkpointFileOf,
  Checkpoints,
  keyFileOf,
  loadSigningKey,
} from './postgres/audit/checkpoints.ts'
import { forgetExpired } from './postgres/people/forget-expired.ts'
import { Ticker } from './postgres/reactor/ticker.ts'
import { poolAsTx } from './postgres/transact.ts'

const EVERY_MS = 3_600_000

export interface UpkeepDeps {
  readonly pool: Pool
  readonly blobs: FileBlobStore
  /** Holds `keys/checkpoints.pem` and `checkpoints.log`, one signed line for each minute in which something happened. */
  readonly dataDir: string
  readonly log: Log
}

/** Begins upkeep; disposing the result waits for what is under way. */
export async function startUpkeep({
  pool,
  blobs,
  dataDir,
  log,
}: UpkeepDeps): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack()
  await mkdir(dirname(keyFileOf(dataDir)), { recursive: true, mode: 0o700 })
  const checkpoints = stack.use(
    new Checkpoints({
      pool,
      key: await loadSigningKey(keyFileOf(dataDir)),
      file: checkpointFileOf(dataDir),
      onError: (cause) => log.error({ err: cause }, 'no checkpoint of the log could be written'),
    }),
  )
  const upkeep = stack.use(
    new Ticker({
      everyMs: EVERY_MS,
      async tick() {
        await forgetExpired(poolAsTx(pool))
        await blobs.removeAbandoned()
        await tellViolations(pool, log)
        return undefined
      },
      onError: (cause) => log.error({ err: cause }, 'upkeep had a fault'),
    }),
  )
  checkpoints.start()
  upkeep.start()
  return stack.move()
}

async function tellViolations(pool: Pool, log: Log): Promise<void> {
  const client = await pool.connect()
  try {
    for (const violation of await auditInvariants(client)) {
      log.error({ ...violation }, 'the database breaks a promise')
    }
  } finally {
    client.release()
  }
}
