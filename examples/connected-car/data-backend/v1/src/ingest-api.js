import { runProgram } from '../run/program.js'
import { createFigures } from './figures.js'
import { createIngest } from './ingest.js'
import { createPostgresStore } from './postgres-store.js'

await runProgram(async ({ env }) => {
  if (!env.DATABASE_URL)
    throw new Error('DATABASE_URL is not set: ingest-api keeps telemetry in Postgres.')
  const store = createPostgresStore(env.DATABASE_URL)
  await store.listen()
  return {
    routes: createIngest({ store, figures: createFigures() }),
    isHealthy: store.isHealthy,
    close: store.close,
  }
})
