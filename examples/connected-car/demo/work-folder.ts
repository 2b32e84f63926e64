// The folder of one demo: made anew each time, and kept from other demos of this machine while it is used.

import { execFileSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'

import { endOwnPrograms } from './own-programs.ts'

/** Says that a folder belongs to a demo, and which process uses it. Nothing is deleted without it. */
const HOLDER = '.lockstep-demo'
const DEMOS_MAX = 20

/** What cannot be used is refused with the way out. */
class FolderRefusal extends Error {
  override readonly name = 'FolderRefusal'
}

/**
 * Takes the folder, ends what an earlier demo has left running in it, and empties it. Without a wish it is one below the
 * temporary folder; while another demo uses that, the next one.
 */
export async function takeWorkFolder(wish: string | undefined, name: string): Promise<string> {
  const folder = wish === undefined ? takeFree(name) : takeWished(resolve(wish))
  await endOwnPrograms(folder)
  for (const entry of readdirSync(folder)) {
    if (entry !== HOLDER) rmSync(join(folder, entry), { recursive: true, force: true })
  }
  return folder
}

function takeFree(name: string): string {
  const base = join(tmpdir(), `${name}-${userInfo().username}`)
  for (let number = 1; number <= DEMOS_MAX; number += 1) {
    const folder = number === 1 ? base : `${base}-${number}`
    if (mayUse(folder) && hold(folder)) return folder
  }
  throw new FolderRefusal(
    `${base} and the ${DEMOS_MAX - 1} after it are used or belong to somebody else; name a folder: npm run demo -- --work FOLDER`,
  )
}

function takeWished(folder: string): string {
  if (!mayUse(folder)) {
    throw new FolderRefusal(
      `${folder} has files that no demo has made; the demo empties its folder, so name an empty or a new one.`,
    )
  }
  if (hold(folder)) return folder
  throw new FolderRefusal(
    `${folder} is used by another demo, process ${readHolder(folder).pid}; end it, or name another folder.`,
  )
}

/** New, empty, or of an earlier demo of ours; a link is somebody else's idea. */
function mayUse(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (found === undefined) return true
  if (!found.isDirectory() || found.uid !== userInfo().uid) return false
  return existsSync(join(folder, HOLDER)) || readdirSync(folder).length === 0
}

/** Writes us down as the one who uses the folder; false while another one lives. */
function hold(folder: string): boolean {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, HOLDER)
  if (existsSync(file)) {
    const { pid, birth } = readHolder(folder)
    if (birth !== '' && birthOf(pid) === birth) return false
    rmSync(file, { force: true })
  }
  try {
    writeFileSync(file, `${process.pid}\n${birthOf(process.pid)}\n`, { flag: 'wx' })
    return true
  } catch {
    return false // Another demo was faster.
  }
}

function readHolder(folder: string): { readonly pid: number; readonly birth: string } {
  const [pid, birth = ''] = readFileSync(join(folder, HOLDER), 'utf8').split('\n')
  return { pid: Number(pid), birth }
}

/** When a process was started: with its number it names one process for ever. Empty when there is none. */
function birthOf(pid: number): string {
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
