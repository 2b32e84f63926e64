// Where people are signed in: one file that only its owner can read.

import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { KeptSession } from '@lockstep/client'

export interface KeptLogin {
  readonly server: string
  readonly name: string
  readonly session: KeptSession
}

/** Keeps one sign-in for each server; the last one is meant when no server is named. */
export interface SessionStore {
  /** The sign-in to this server, or the last one. */
  find(server: string | undefined): Promise<KeptLogin | undefined>
  save(login: KeptLogin): Promise<void>
  remove(server: string): Promise<void>
}

/** A store in `sessions.json` of this folder, which is made when it is needed. The file has mode 0600 before it has content. */
export function createSessionStore(folder: string): SessionStore {
  const file = join(folder, 'sessions.json')
  const read = async (): Promise<readonly KeptLogin[]> => {
    const text = await readFile(file, 'utf8').catch(() => '')
    return text === '' ? [] : parseLogins(text)
  }
  const write = async (logins: readonly KeptLogin[]): Promise<void> => {
    if (logins.length === 0) return rm(file, { force: true })
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const next = `${file}.${process.pid}`
    await writeFile(next, `${JSON.stringify({ logins }, null, 2)}\n`, { mode: 0o600 })
    await chmod(next, 0o600)
    await rename(next, file)
  }
  return {
    async find(server) {
      const logins = await read()
      return server === undefined ? logins.at(-1) : logins.find((login) => login.server === server)
    },
    async save(login) {
      const others = (await read()).filter(({ server }) => server !== login.server)
      await write([...others, login])
    },
    async remove(server) {
      await write((await read()).filter((login) => login.server !== server))
    },
  }
}

/** What is not readable counts as nothing: signing in again writes the file anew. */
function parseLogins(text: string): readonly KeptLogin[] {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('logins' in value)) return []
    return Array.isArray(value.logins) ? value.logins.filter(isLogin) : []
  } catch {
    return []
  }
}

function isLogin(value: unknown): value is KeptLogin {
  if (typeof value !== 'object' || value === null) return false
  if (!('server' in value) || !('name' in value) || !('session' in value)) return false
  const { server, name, session } = value
  return (
    typeof server === 'string' &&
    typeof name === 'string' &&
    typeof session === 'object' &&
    session !== null &&
    'cookies' in session
  )
}
