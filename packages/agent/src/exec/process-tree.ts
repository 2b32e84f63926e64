// All processes of one job: also those that left its process group or session, found by the job's mark in their environment.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { platform } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { readStatFields, STAT_FIELD } from './process-name.ts'

/** Name of the variable that marks what a job started. A service that is to outlive its job drops it. */
export const MARK_NAME = 'LOCKSTEP_MARK'

export interface ProcessTree {
  /** Value of the mark; unique for each lease of each job. */
  readonly mark: string
  /** The first process, leader of its own session; undefined when only the mark counts. */
  readonly leader: number | undefined
}

const KILL_WITHIN_MS = 10_000
const LOOK_EVERY_MS = 50

/** The living processes of the tree. */
export function listTree(tree: ProcessTree): readonly number[] {
  return platform() === 'linux' ? listByProc(tree) : listByPs(tree)
}

/**
 * Ends the whole tree: TERM, after `graceMs` KILL, until nothing is left. Returns how many processes did not end by TERM.
 * Throws when something cannot be ended even by KILL.
 */
export async function endTree(tree: ProcessTree, graceMs: number): Promise<number> {
  signalAll(listTree(tree), 'SIGTERM')
  const stubborn = await waitUntilGone(tree, graceMs)
  if (stubborn.length === 0) return 0
  const deadline = performance.now() + KILL_WITHIN_MS
  // Again and again, since a process may have forked between being listed and being killed.
  for (;;) {
    const left = listTree(tree)
    if (left.length === 0) return stubborn.length
    signalAll(left, 'SIGKILL')
    if (performance.now() > deadline) {
      throw new Error(`Processes ${left.join(', ')} do not end, not even by KILL.`)
    }
    await delay(LOOK_EVERY_MS)
  }
}

async function waitUntilGone(tree: ProcessTree, withinMs: number): Promise<readonly number[]> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const left = listTree(tree)
    if (left.length === 0 || performance.now() >= deadline) return left
    await delay(LOOK_EVERY_MS)
  }
}

function signalAll(pids: readonly number[], signal: 'SIGTERM' | 'SIGKILL'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // It ended by itself, or it belongs to another user now; the next look tells.
    }
  }
}

function listByProc(tree: ProcessTree): readonly number[] {
  const entry = Buffer.from(`${MARK_NAME}=${tree.mark}\0`)
  const pids: number[] = []
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const fields = readStatFields(name)
    const state = fields?.[STAT_FIELD.state]
    if (fields === undefined || state === 'Z' || state === 'X') continue
    const leader = String(tree.leader)
    const isOfGroup = fields[STAT_FIELD.group] === leader || fields[STAT_FIELD.session] === leader
    if (isOfGroup || hasMark(name, entry)) pids.push(Number(name))
  }
  return pids
}

function hasMark(pid: string, entry: Buffer): boolean {
  try {
    const environ = readFileSync(`/proc/${pid}/environ`)
    const at = environ.indexOf(entry)
    return at === 0 || (at > 0 && environ[at - 1] === 0)
  } catch {
    return false // Another user's, or gone.
  }
}

/** Without /proc: the group of the leader and everything below it. */
function listByPs(tree: ProcessTree): readonly number[] {
  if (tree.leader === undefined) return []
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length === 4 && fields[3]?.startsWith('Z') === false)
  const found = new Set<number>([tree.leader])
  for (let before = -1; before !== found.size;) {
    before = found.size
    for (const [pid, parent, group] of rows) {
      if (found.has(Number(parent)) || Number(group) === tree.leader) found.add(Number(pid))
    }
  }
  return rows.map(([pid]) => Number(pid)).filter((pid) => found.has(pid))
}
