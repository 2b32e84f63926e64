// Chooses where the server's Unix socket is.
import { lstat, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SOCKET_PATH_BYTES_MAX = process.platform === 'darwin' ? 103 : 107
/** The name that PostgreSQL gives the socket of port 5432. */
export const SOCKET_NAME = '.s.PGSQL.5432'

/**
 * A folder with mode 0700 in which the socket's path is short enough: `run` in the data folder, or one below
 * the temporary folder that the data folder remembers, since the path of a deep data folder can be too long.
 */
export async function findSocketFolder(dataDir: string): Promise<string> {
  const own = join(dataDir, 'run')
  if (fits(own)) {
    await mkdir(own, { recursive: true, mode: 0o700 })
    return own
  }
  const memory = join(dataDir, 'socket-folder')
  const remembered = (await readFile(memory, 'utf8').catch(() => '')).trim()
  if (remembered !== '' && (await isPrivate(remembered))) return remembered
  const temporary = fits(join(tmpdir(), 'lockstep-XXXXXX')) ? tmpdir() : '/tmp'
  const made = await mkdtemp(join(temporary, 'lockstep-'))
  await writeFile(memory, `${made}\n`)
  return made
}

function fits(folder: string): boolean {
  return Buffer.byteLength(join(folder, SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX
}

/** The temporary folder is everybody's: a folder that went away and came back as another's is not ours. */
async function isPrivate(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined)
  if (found === undefined || !found.isDirectory() || (found.mode & 0o077) !== 0) return false
  const uid = process.getuid?.()
  return uid === undefined || uid === 0 || found.uid === uid
}
