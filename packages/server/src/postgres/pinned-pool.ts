// Connections for statements that each request of an agent needs: their plans do not change with the statistics.

import type { Pool, PoolConfig } from 'pg'
import { createPool } from './create-pool.ts'
import { PINNED_SETTINGS } from './reactor/connection.ts'

/** Each statement serves many requests, and of each kind one is under way. */
const CONNECTIONS_MAX = 8

/**
 * A planner that has seen an empty table reads all of it, and goes on reading all of it when it is large. On these
 * connections statements look into indexes, at any size.
 */
export function createPinnedPool(config: PoolConfig, onError: (error: Error) => void): Pool {
  const { application_name: _, ...settings } = PINNED_SETTINGS
  return createPool(
    {
      ...config,
      max: CONNECTIONS_MAX,
      // The pool waits for it, though its types do not say so.
      onConnect: (client) =>
        client.query(
          'SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) AS t (name, value)',
          [Object.keys(settings), Object.values(settings)],
        ),
    },
    onError,
  )
}
