// Programs that outlive who started them, as they do on real hosts: the product's, and whatever a demo that was killed
// has left. They are found by the demo's folder, which each of them carries.

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const GRACE_MS = 8_000
const LOOK_EVERY_MS = 50

/** Variables by which a program of the demo carries its folder. */
const CARRIED = ['HOST_STATE', 'LOCKSTEP_DATA', 'LOCKSTEP_AGENT_STATE']

/** Ends every program that belongs to the demo in this folder: TERM, after a while KILL. Returns when they are gone. */
export async function endOwnPrograms(work: string): Promise<void> {
  const deadline = performance.now() + GRACE_MS
  const asked = new Set<number>()
  for (;;) {
    const left = listOwnPrograms(work)
    if (left.length === 0) return
    const isLate = performance.now() > deadline
    if (performance.now() > deadline + GRACE_MS) {
      throw new Error(`Processes ${left.map(({ pid }) => pid).join(', ')} of ${work} do not end`)
    }
    for (const own of left) {
      if (isLate) signal(own.pid, 'SIGKILL')
      else if (!asked.has(own.pid)) signal(own.pid, own.isPostgres ? 'SIGQUIT' : 'SIGTERM')
      asked.add(own.pid)
    }
    await delay(LOOK_EVERY_MS)
  }
}

interface OwnProgram {
  readonly pid: number
  /** TERM would let PostgreSQL wait for its clients. */
  readonly isPostgres: boolean
}

/** The living programs of the demo in this folder, this process not among them. */
export function listOwnPrograms(work: string): readonly OwnProgram[] {
  return existsSync('/proc/self/environ') ? listByProc(work) : listByPidFiles(work)
}

function listByProc(work: string): readonly OwnProgram[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid === process.pid) return []
    const command = readWords(`/proc/${name}/cmdline`)
    // Who only looks into the folder, an editor or a pager, is not one of ours.
    const isPostgres = command[0]?.endsWith('postgres') === true && carries(command, work)
    const isSupervisor = command.includes('supervise') && carries(command, work)
    const isOwn =
      isPostgres || isSupervisor || hasVariable(readWords(`/proc/${name}/environ`), work)
    return isOwn ? [{ pid, isPostgres }] : []
  })
}

function carries(words: readonly string[], work: string): boolean {
  return words.some((word) => word.startsWith(`${work}/`))
}

function hasVariable(environment: readonly string[], work: string): boolean {
  return environment.some((entry) => CARRIED.some((name) => entry.startsWith(`${name}=${work}/`)))
}

/** Words of another user's process, or of one that has ended, are none. */
function readWords(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\0')
  } catch {
    return []
  }
}

/** Without /proc: the product's programs, by the process ids that they left; a number that somebody else has by now is not ours. */
function listByPidFiles(work: string): readonly OwnProgram[] {
  const hosts = join(work, 'hosts')
  if (!existsSync(hosts)) return []
  return readdirSync(hosts, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|\/)programs\/[^/]+\.pid$/.test(path))
    .flatMap((path) => {
      const pid = Number.parseInt(readFileSync(join(hosts, path), 'utf8'), 10)
      return pid > 1 && commandOf(pid).includes(hosts) ? [{ pid, isPostgres: false }] : []
    })
}

function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended by itself.
  }
}
