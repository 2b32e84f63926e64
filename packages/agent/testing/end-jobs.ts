// Whatever an agent has begun goes on without it, so that a restart loses nothing. At the end of a test that is too long.

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '../src/exec/process-name.ts'
import type { ProcessName } from '../src/exec/process-name.ts'
import { listTree } from '../src/exec/process-tree.ts'
import { readOwnJson } from '../src/journal/durable-file.ts'

/** Kills the supervisors of the jobs in this state folder that still live, and all that they have started. */
export function endJobs(stateDir: string): void {
  const jobs = join(stateDir, 'jobs')
  if (!existsSync(jobs)) return
  for (const mark of readdirSync(jobs)) {
    const claim = readOwnJson<ProcessName>(join(jobs, mark, 'claim'))
    const leader = claim !== undefined && isAlive(claim) ? claim.pid : undefined
    for (const pid of listTree({ mark, leader })) tryKill(pid)
  }
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone already.
  }
}
