import { rmSync } from 'node:fs'
import { cp, mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../src/postgres/embedded/embedded-postgres.ts'

let prepared: Promise<string> | undefined

/** Puts a stopped, empty embedded database into the folder: what a first start makes, in a tenth of the time. */
export async function copyPreparedCluster(dataDir: string): Promise<void> {
  prepared ??= prepare()
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await cp(join(await prepared, 'pg'), join(dataDir, 'pg'), { recursive: true })
}

async function prepare(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lockstep-prepared-'))
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }))
  const server = await startEmbeddedPostgres({ dataDir })
  await server[Symbol.asyncDispose]()
  return dataDir
}
