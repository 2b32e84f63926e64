// A program that owns an embedded database, for tests that kill it: node embedded-owner.ts FOLDER [PG_BIN]
import { startEmbeddedPostgres } from '../src/postgres/embedded/embedded-postgres.ts'

const [dataDir = '', pgBin] = process.argv.slice(2)
try {
  const server = await startEmbeddedPostgres({ dataDir, pgBin })
  const { url, version, isNew, isAdopted } = server
  process.stdout.write(`${JSON.stringify({ url, version, isNew, isAdopted })}\n`)
  // The end of its input asks it to stop.
  process.stdin.resume().on('end', () => {
    void server[Symbol.asyncDispose]()
  })
} catch (error) {
  process.stdout.write(
    `${JSON.stringify({ refusal: error instanceof Error ? error.message : error })}\n`,
  )
  process.exitCode = 1
}
