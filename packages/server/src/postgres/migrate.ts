// Brings a database to the schema of this program: ordered SQL files, forward only, each applied once.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { ClientBase } from 'pg'

const OWN_MIGRATIONS = new URL('../../migrations/', import.meta.url)
/** One number for all Lockstep programs: two that start at once migrate one after the other. */
const MIGRATION_LOCK = 7_236_041_113
const LOCK_TIMEOUT_MS = 5_000
const LOCK_ATTEMPTS_MAX = 6
const FILE_NAME = /^(\d{4})_[a-z0-9_]+\.sql$/

type Migration = {
  readonly number: number
  readonly name: string
  readonly sql: string
  readonly sha256: string
}

type AppliedMigration = { readonly number: number; readonly name: string; readonly sha256: string }

/** Why a database was left as it was. `code` is stable; the message names the file and the way out. */
export class MigrationFault extends Error {
  readonly code:
    | 'migration_file_misnamed'
    | 'migration_out_of_order'
    | 'migration_edited'
    | 'migration_failed'
    | 'database_newer_than_program'
  readonly retryable: boolean

  constructor(
    code: MigrationFault['code'],
    message: string,
    options: { retryable?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'MigrationFault'
    this.code = code
    this.retryable = options.retryable ?? false
  }
}

/**
 * Applies the migrations that the database does not have, in order, and returns their file names (none when
 * it is current). Each runs in its own transaction together with its row in `migrations`, under a
 * transaction-level lock, so that any number of programs may start at once and a crash leaves no half of one.
 * Throws a MigrationFault, and changes nothing more, when the database is newer than this program, when an
 * applied file was edited, or when a file fails. The client must not be inside a transaction.
 */
export async function migrate(
  client: ClientBase,
  folder: URL = OWN_MIGRATIONS,
): Promise<readonly string[]> {
  const migrations = await readMigrations(folder)
  const names: string[] = []
  for (;;) {
    const name = await withLockRetry(() => applyNext(client, migrations))
    if (name === undefined) return names
    names.push(name)
  }
}

/** The migrations of a folder by number. Throws a MigrationFault for a misnamed file or a number used twice. */
async function readMigrations(folder: URL): Promise<readonly Migration[]> {
  const migrations: Migration[] = []
  for (const name of (await readdir(folder)).toSorted()) {
    if (!name.endsWith('.sql')) continue
    const number = Number(FILE_NAME.exec(name)?.[1] ?? Number.NaN)
    const previous = migrations.at(-1)
    if (Number.isNaN(number) || number === previous?.number) {
      throw new MigrationFault(
        'migration_file_misnamed',
        `Migration ${name} must be named NNNN_words.sql with a number of its own` +
          (number === previous?.number ? `; ${previous.name} has the same.` : '.'),
      )
    }
    const sql = await readFile(new URL(name, folder), 'utf8')
    migrations.push({ number, name, sql, sha256: createHash('sha256').update(sql).digest('hex') })
  }
  return migrations
}

/** Applies the first migration that is missing, in one transaction; undefined when none is. */
async function applyNext(
  client: ClientBase,
  migrations: readonly Migration[],
): Promise<string | undefined> {
  await client.query('BEGIN')
  try {
    await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`)
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    const next = findNext(migrations, await readApplied(client))
    if (next === undefined) {
      await client.query('COMMIT')
      return undefined
    }
    await run(client, next)
    await client.query('INSERT INTO migrations (number, name, sha256) VALUES ($1, $2, $3)', [
      next.number,
      next.name,
      next.sha256,
    ])
    await client.query('COMMIT')
    return next.name
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined) // The first error is the one to tell.
    throw error
  }
}

async function readApplied(client: ClientBase): Promise<readonly AppliedMigration[]> {
  await client.query(`
    CREATE TABLE IF NOT EXISTS migrations (
      number integer PRIMARY KEY,
      name text NOT NULL,
      sha256 text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    )`)
  const { rows } = await client.query<AppliedMigration>(
    'SELECT number, name, sha256 FROM migrations ORDER BY number',
  )
  return rows
}

function findNext(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration | undefined {
  const known = new Map(migrations.map((migration) => [migration.number, migration]))
  const lastKnown = migrations.at(-1)?.number ?? 0
  for (const { number, name, sha256 } of applied) {
    if (number > lastKnown) {
      throw new MigrationFault(
        'database_newer_than_program',
        `The database has migration ${name}, which this program does not know: it was used by a newer Lockstep. ` +
          'Start that version or a later one, or restore the backup that was made before the upgrade.',
      )
    }
    if (known.get(number)?.sha256 !== sha256) {
      throw new MigrationFault(
        'migration_edited',
        `Migration ${name} was applied to this database with another text than this program has. ` +
          'Applied migrations are never edited: bring the file back and write a new migration.',
      )
    }
  }
  const lastApplied = applied.at(-1)
  const have = new Set(applied.map(({ number }) => number))
  const next = migrations.find(({ number }) => !have.has(number))
  if (next !== undefined && lastApplied !== undefined && next.number < lastApplied.number) {
    throw new MigrationFault(
      'migration_out_of_order',
      `Migration ${next.name} has a smaller number than ${lastApplied.name}, which the database already has. ` +
        'Give it the next free number.',
    )
  }
  return next
}

async function run(client: ClientBase, migration: Migration): Promise<void> {
  try {
    await client.query(migration.sql)
  } catch (cause) {
    if (isLockTimeout(cause)) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MigrationFault(
      'migration_failed',
      `Migration ${migration.name} failed and was taken back: ${reason}`,
      { cause },
    )
  }
}

/** A table that is busy for a while must not stop an upgrade: give way to its users, then try again. */
async function withLockRetry<Value>(attempt: () => Promise<Value>): Promise<Value> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt()
    } catch (cause) {
      if (!isLockTimeout(cause)) throw cause
      if (attempts === LOCK_ATTEMPTS_MAX) {
        throw new MigrationFault(
          'migration_failed',
          `A migration waited ${attempts} times ${LOCK_TIMEOUT_MS / 1000} s for a lock that another session holds. ` +
            'Look at pg_stat_activity for a long transaction, end it, and start again.',
          { cause, retryable: true },
        )
      }
      await delay(200 * attempts)
    }
  }
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03'
}
