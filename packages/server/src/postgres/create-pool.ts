import { Pool } from 'pg'
import type { PoolConfig } from 'pg'

/**
 * A pool whose connections may break at any moment without ending the process. `onError` hears of those that break while
 * nobody uses them; whoever uses one is told by its query. The pool itself listens only to idle connections: one that
 * breaks between being handed out and its first query would otherwise be an error that nobody hears.
 */
export function createPool(config: PoolConfig, onError: (error: Error) => void): Pool {
  const pool = new Pool(config)
  pool.on('error', onError)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}
