// node src/migrate.js up: brings the database at DATABASE_URL to the form that this version needs.
// node src/migrate.js status: says which version and bits these are, and what the database has.
// A migration runs once, in a transaction, one migrator at a time; running `up` again changes nothing.
import { createHash } from 'node:crypto'
import { appendFileSync, readFileSync, readdirSync } from 'node:fs'
import pg from 'pg'
import { COMPONENT_FOLDER, locate } from '../run/host.js'
import { treeDigest } from '../run/tree-digest.js'

const MIGRATOR_LOCK = 7_015_001
const folder = new URL('./migrations/', import.meta.url)

const migrations = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort()
  .map((name) => {
    const sql = readFileSync(new URL(name, folder), 'utf8')
    return { name, sql, digest: createHash('sha256').update(sql).digest('hex') }
  })

async function readApplied(client) {
  await client.query(
    'create table if not exists migrations (name text primary key, digest text not null, applied_at timestamptz not null default now())',
  )
  const { rows } = await client.query('select name, digest from migrations order by name')
  return new Map(rows.map(({ name, digest }) => [name, digest]))
}

async function migrate(client) {
  await client.query('select pg_advisory_lock($1)', [MIGRATOR_LOCK])
  const applied = await readApplied(client)
  for (const { name, sql, digest } of migrations) {
    const before = applied.get(name)
    if (before === digest) continue
    if (before !== undefined) {
      throw new Error(
        `${name} was applied with other content. Write a new migration; an applied one never changes.`,
      )
    }
    await client.query('begin')
    await client.query(sql)
    await client.query('insert into migrations (name, digest) values ($1, $2)', [name, digest])
    await client.query('commit')
    process.stdout.write(`applied ${name}\n`)
  }
}

function recordExecution(place) {
  const line = {
    at: new Date().toISOString(),
    component: place.name,
    version: place.version,
    pid: process.pid,
    job: process.env.LOCKSTEP_JOB ?? null,
    attempt: process.env.LOCKSTEP_ATTEMPT ?? null,
  }
  appendFileSync(place.startsFile, `${JSON.stringify(line)}\n`)
}

const [verb] = process.argv.slice(2)
if (verb !== 'up' && verb !== 'status') {
  process.stderr.write('Say what to do: up or status.\n')
  process.exit(2)
}
if (!process.env.DATABASE_URL) {
  process.stderr.write(
    'DATABASE_URL is not set. Set it on the agent, for example postgres://user@/cars?host=/run/postgresql.\n',
  )
  process.exit(2)
}

const place = locate()
const client = new pg.Client({
  connectionString: process.env.DATABASE_URL,
  connectionTimeoutMillis: 10_000,
})
try {
  await client.connect()
  if (verb === 'up') {
    recordExecution(place)
    await migrate(client)
  }
  const applied = [...(await readApplied(client)).keys()]
  const { name: component, version } = place
  const answer = { component, version, sha256: treeDigest(COMPONENT_FOLDER), migrations: applied }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
} catch (error) {
  process.stderr.write(`charge-store: ${error.message}\n`)
  process.exitCode = 1
} finally {
  await client.end()
}
