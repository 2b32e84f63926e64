import pg from 'pg'
import { COLUMNS } from './columns.js'
import { askPatiently } from './patience.js'

const CHANNEL = 'readings'
const KEPT_DAYS = 7
const AGAIN_MS = 1000
/** A car that was silent for longer is not among the latest. */
const SILENT_SECONDS = 120

const FIELDS = Object.keys(COLUMNS)
const COLUMN_LIST = Object.values(COLUMNS).join(', ')
const PLACES = FIELDS.map((_, index) => `$${index + 1}`).join(', ')

// Stored and announced in one statement: no reading is kept that nobody hears of.
const APPEND = `with added as (
    insert into telemetry (${COLUMN_LIST}) values (${PLACES}) on conflict do nothing returning car
  ) select pg_notify('${CHANNEL}', $${FIELDS.length + 1}) from added`
const LATEST = `select distinct on (car) ${COLUMN_LIST} from telemetry
  where received_at > now() - interval '${SILENT_SECONDS} seconds' order by car, sent_at desc`
const FIND = `select ${COLUMN_LIST} from telemetry where car = $1 order by sent_at desc limit 1`

const fromRow = (row) => ({
  ...Object.fromEntries(FIELDS.map((field) => [field, row[COLUMNS[field]]])),
  sentAt: row.sent_at.toISOString(),
})

/**
 * Readings in Postgres. Every new reading is announced in the database, so that subscribers of all
 * instances of ingest-api hear of it, whichever instance took it. A database that starts anew is waited for: a
 * reading that comes meanwhile is stored late, once, and not refused.
 */
export function createPostgresStore(connectionString) {
  const pool = new pg.Pool({ connectionString, max: 3, connectionTimeoutMillis: 5000 })
  pool.on('error', (error) => process.stderr.write(`database: ${error.message}\n`))
  const ask = (sql, values) => askPatiently(() => pool.query(sql, values))
  const listeners = new Set()
  let listening
  let closed = false

  async function listen() {
    const client = new pg.Client({ connectionString })
    listening = client
    const again = (error) => {
      if (closed || listening !== client) return
      listening = undefined
      process.stderr.write(
        `database: ${error?.message ?? 'the connection ended'}; listening again\n`,
      )
      setTimeout(listen, AGAIN_MS)
    }
    client.on('error', again)
    client.on('end', again)
    client.on('notification', ({ payload }) => {
      const reading = JSON.parse(payload)
      for (const listener of listeners) listener(reading)
    })
    try {
      await client.connect()
      await client.query(`listen ${CHANNEL}`)
    } catch (error) {
      again(error)
    }
  }

  async function prune() {
    await pool
      .query(`delete from telemetry where received_at < now() - interval '${KEPT_DAYS} days'`)
      .catch((error) => process.stderr.write(`database: ${error.message}\n`))
  }
  const pruning = setInterval(prune, 3_600_000)

  return {
    listen,
    async append(reading) {
      const values = FIELDS.map((field) => reading[field])
      const { rowCount } = await ask(APPEND, [...values, JSON.stringify(reading)])
      return rowCount === 1
    },
    latest: async () => (await ask(LATEST)).rows.map(fromRow),
    async find(car) {
      const { rows } = await ask(FIND, [car])
      return rows[0] && fromRow(rows[0])
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    isHealthy: () =>
      pool.query('select 1').then(
        () => true,
        () => false,
      ),
    async close() {
      closed = true
      clearInterval(pruning)
      await listening?.end().catch(() => {})
      await pool.end()
    },
  }
}
