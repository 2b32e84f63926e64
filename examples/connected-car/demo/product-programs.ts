// The programs of the product outlive the agents that started them, as they do on real hosts; the demo ends them itself.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Ends the programs of the product on these hosts, by the process ids that they left in their folders. */
export function stopProduct(hosts: string): void {
  if (!existsSync(hosts)) return
  for (const host of readdirSync(hosts)) {
    const folder = join(hosts, host, 'programs')
    if (!existsSync(folder)) continue
    for (const file of readdirSync(folder)) {
      if (file.endsWith('.pid')) endOwn(join(folder, file), folder)
    }
  }
}

function endOwn(file: string, folder: string): void {
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
  if (!(pid > 1) || !isOurs(pid, folder)) return
  try {
    process.kill(pid, 'SIGTERM')
  } catch {
    // It ended by itself.
  }
}

/** A process id may have been given to another program since: ours carries its host's folder in its environment. */
function isOurs(pid: number, folder: string): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
    return environment.includes(`HOST_STATE=${folder}`)
  } catch {
    return false
  }
}
