// Where tests write: databases, repositories, hosts, artifacts.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
/** More than a whole run writes. */
const ROOM_BYTES = 4 * 2 ** 30
const NAME = /^lockstep-tests-(\d+)-/

export interface TestFolder extends AsyncDisposable {
  readonly path: string
}

/**
 * A folder that goes away with its disposal, or with the next run when this one is killed. It is in memory where
 * there is room: tests make and drop hundreds of databases, and none of it need survive.
 */
export async function makeTestFolder(): Promise<TestFolder> {
  await removeAbandoned(tmpdir())
  if (existsSync(MEMORY)) await removeAbandoned(MEMORY)
  const inMemory = (await hasRoom()) ? await makeBelow(MEMORY).catch(() => undefined) : undefined
  if (inMemory !== undefined && (await runsPrograms(inMemory))) return disposable(inMemory)
  if (inMemory !== undefined) await rm(inMemory, { recursive: true })
  return disposable(await makeBelow(tmpdir()))
}

function disposable(path: string): TestFolder {
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 5 })
  return { path, [Symbol.asyncDispose]: remove }
}

async function makeBelow(folder: string): Promise<string> {
  const path = await mkdtemp(join(folder, `lockstep-tests-${process.pid}-`))
  await chmod(path, 0o755) // Tests also run programs as somebody else.
  return path
}

async function hasRoom(): Promise<boolean> {
  if (!existsSync(MEMORY)) return false
  const { bavail, bsize } = await statfs(MEMORY)
  return Math.min(bavail * bsize, freemem()) >= ROOM_BYTES
}

/** False where programs may not be started from: some containers mount it so. */
async function runsPrograms(folder: string): Promise<boolean> {
  const program = join(folder, 'program')
  await writeFile(program, '#!/bin/sh\n', { mode: 0o755 })
  const { status } = spawnSync(program)
  await rm(program)
  return status === 0
}

async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const owner = NAME.exec(name)?.[1]
    if (owner === undefined || isAlive(Number(owner))) continue
    // Somebody else's stays; of two runs that begin at once, one is faster.
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined)
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
