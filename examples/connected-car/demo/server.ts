// The Lockstep server of the demo, started as a user would start it.

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { Client as Database } from 'pg'

import { startProgram, type Program } from './processes.ts'

/** A running server: where it is, and how its first administrator is made. */
export interface Server extends AsyncDisposable {
  readonly url: string
  /** The one-time code; undefined when there is an administrator already. */
  readonly setupCode: string | undefined
  readonly program: Program
}

const ROOT = join(import.meta.dirname, '../../..')

/** Starts the server on its data folder and waits until it is ready. Port 0 lets the system choose. */
export async function startServer(settings: {
  readonly data: string
  readonly log: string
  readonly port: number
  readonly isNew: boolean
}): Promise<Server> {
  const program = startProgram({
    name: 'the server',
    script: join(ROOT, 'packages/server/src/main.ts'),
    cwd: ROOT,
    log: settings.log,
    env: {
      ...inherited(),
      LOCKSTEP_DATA: settings.data,
      LOCKSTEP_PORT: String(settings.port),
      LOCKSTEP_INTERNAL_PORT: '0',
      LOCKSTEP_GIT_PROTOCOLS: 'file',
    },
  })
  const code = settings.isNew ? (await program.line(/\/setup#(\S+?)'?$/))[1] : undefined
  const ready = await program.line(/Lockstep is ready at (\S+)/)
  return {
    url: ready[1] ?? '',
    setupCode: code,
    program,
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  }
}

/** What a program of the demo gets of this process's environment. */
export function inherited(): Record<string, string> {
  const names = ['HOME', 'LANG', 'TMPDIR', 'PG_BIN', 'NODE_COMPILE_CACHE']
  return {
    // The Node of this program comes first: hosts build and run with it.
    PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    ...Object.fromEntries(
      names.flatMap((name) => {
        const value = process.env[name]
        return value === undefined ? [] : [[name, value]]
      }),
    ),
  }
}

/** Makes the product's databases on the server's embedded PostgreSQL: one for each environment. */
export async function createProductDatabases(
  data: string,
  names: readonly string[],
): Promise<(name: string) => string> {
  const host = socketFolder(data)
  const database = new Database({ host, user: 'lockstep', database: 'postgres' })
  await database.connect()
  try {
    for (const name of names) {
      const { rowCount } = await database.query('SELECT 1 FROM pg_database WHERE datname = $1', [
        name,
      ])
      if (rowCount === 0) await database.query(`CREATE DATABASE ${database.escapeIdentifier(name)}`)
    }
  } finally {
    await database.end()
  }
  return (name) => `postgres://lockstep@/${name}?host=${encodeURIComponent(host)}`
}

/** Where the embedded server's Unix socket is: in the data folder, or where the folder remembers it. */
function socketFolder(data: string): string {
  const memory = join(data, 'socket-folder')
  return existsSync(memory) ? readFileSync(memory, 'utf8').trim() : join(data, 'run')
}
