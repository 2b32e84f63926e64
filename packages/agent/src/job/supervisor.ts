// The supervisor of a job as the agent sees it: started, alive, asked to stop, gone.
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { endTree, listTree } from '../exec/process-tree.ts'
import { isAlive } from '../exec/process-name.ts'
import type { ProcessName } from '../exec/process-name.ts'
import { readIfThere } from '../journal/durable-file.ts'
import { readClaim } from '../journal/job-folder.ts'
import type { JobFolder } from '../journal/job-folder.ts'
import { appendEntry, readJournal } from '../journal/journal.ts'

/** The program and its first arguments: this one, in another process. */
export type Program = readonly [command: string, ...args: string[]]

/** Starts a supervisor in a session of its own; it goes on when we die. */
export function startSupervisor(
  program: Program,
  folder: JobFolder,
  env: Readonly<Record<string, string>>,
): ProcessWatch {
  const [command, ...args] = program
  const complaints = openSync(join(folder.path, 'supervisor.err'), 'a', 0o600)
  const child = spawn(command, [...args, 'supervise', folder.launch], {
    detached: true,
    stdio: ['ignore', 'ignore', complaints],
    env,
    cwd: folder.path,
  })
  closeSync(complaints)
  child.unref()
  let hasEnded = false
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      hasEnded = true
      resolve()
    }
    child.once('exit', end)
    child.once('error', end)
  })
  return { ended, hasEnded: () => hasEnded }
}

export interface ProcessWatch {
  readonly ended: Promise<void>
  hasEnded(): boolean
}

/** What supervisors of this job last complained about, for people. */
export function readComplaint(folder: JobFolder): string {
  return (readIfThere(join(folder.path, 'supervisor.err')) ?? '').trim().slice(-500)
}

/** What the journal and the processes of the machine say together about a job that was begun. */
export type JobCondition = 'not_begun' | 'running' | 'ended' | 'lost'

export function judgeCondition(folder: JobFolder): JobCondition {
  const claim = readClaim(folder)
  // Looked at before the journal: a supervisor that ends in between has written its end.
  const isSupervised = claim !== undefined && isAlive(claim)
  if (readJournal(folder.journal).ending !== undefined) return 'ended'
  if (claim === undefined) return 'not_begun'
  return isSupervised ? 'running' : 'lost'
}

/** Asks the supervisor to end its command; it may take `graceMs`. Asked twice is the same as once. */
export function requestCancel(folder: JobFolder, graceMs: number): void {
  if (readJournal(folder.journal).cancelGraceMs === undefined) {
    appendEntry(folder.journal, { type: 'cancelled', graceMs })
  }
  const claim = readClaim(folder)
  if (claim === undefined || !isAlive(claim)) return
  try {
    process.kill(claim.pid, 'SIGTERM')
  } catch {
    // It has just ended.
  }
}

/** Ends whatever a lost supervisor left running, so that nothing goes on unseen. Returns how many processes that were. */
export async function endOrphans(folder: JobFolder): Promise<number> {
  const { spawned } = readJournal(folder.journal)
  const mark = `${folder.job}.${folder.fence}`
  const leader = isOurs(spawned) ? spawned.pid : undefined
  const left = listTree({ mark, leader })
  if (left.length > 0) await endTree({ mark, leader }, 2_000)
  return left.length
}

function isOurs(name: ProcessName | undefined): name is ProcessName {
  return name !== undefined && isAlive(name)
}
