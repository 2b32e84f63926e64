// Brings a data folder from whatever a start finds there to a running server.
import { join } from 'node:path'
import { chooseAccount, giveFolder } from './account.ts'
import { ensureCluster } from './cluster.ts'
import { clearDeadServer } from './postmaster.ts'
import { startServerProcess } from './server-process.ts'
import type { PostgresBinaries } from './binaries.ts'
import type { ServerParameters } from './server-process.ts'

/** What stays the same for all servers that run on a data folder while a program owns it. */
export type ServerPlace = {
  readonly binaries: PostgresBinaries
  readonly dataDir: string
  readonly pgDir: string
  readonly parameters: ServerParameters
}

/**
 * Starts a server whose socket is in `socketDir`, on a cluster that is made when there is none, and returns
 * when it accepts connections. Nothing may run on the cluster: files may change their owner on the way.
 */
export async function launchServer(
  place: ServerPlace,
  socketDir: string,
): Promise<{ isNew: boolean }> {
  const { binaries, dataDir, pgDir, parameters } = place
  await clearDeadServer(pgDir, socketDir)
  const account = await chooseAccount(binaries, { dataDir, pgDir })
  const logDir = join(dataDir, 'log')
  for (const folder of [pgDir, logDir, socketDir]) await giveFolder(folder, account)
  const isNew = await ensureCluster(pgDir, binaries, account)
  await startServerProcess(binaries, account, { dataDir, pgDir, logDir, socketDir }, parameters)
  return { isNew }
}
