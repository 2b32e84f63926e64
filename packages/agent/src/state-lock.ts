// One agent for one state folder: two would take the same journals for their own.
import { linkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigFault } from './config.ts'
import { isAlive, nameProcess } from './exec/process-name.ts'
import type { ProcessName } from './exec/process-name.ts'
import { ensureFolder, hasCode, readOwnJson } from './journal/durable-file.ts'

/** Takes the folder for this process; disposing gives it back. Throws a ConfigFault that names who has it. */
export function lockState(stateDir: string): Disposable {
  const path = join(ensureFolder(stateDir), 'lock')
  const me = nameProcess(process.pid)
  const mine = `${path}.${process.pid}`
  writeFileSync(mine, JSON.stringify(me), { mode: 0o600, flush: true })
  try {
    takeLock(path, mine, stateDir)
  } finally {
    rmSync(mine, { force: true })
  }
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) }
}

function takeLock(path: string, mine: string, stateDir: string): void {
  for (;;) {
    try {
      linkSync(mine, path)
      return
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
    }
    const owner = readOwnJson<ProcessName>(path)
    if (owner !== undefined && isAlive(owner)) {
      throw new ConfigFault(
        `${stateDir} belongs to a running agent (process ${owner.pid}). Give each agent its own LOCKSTEP_AGENT_STATE.`,
      )
    }
    rmSync(path, { force: true }) // Its owner was killed.
  }
}
