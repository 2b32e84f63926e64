// What the operating system says about a PostgreSQL server on a data folder, and how to end one.
import { readdir, readFile, readlink, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { runProgram } from './run-program.ts'
import { SOCKET_NAME } from './socket-folder.ts'

const POLL_MS = 10
/**
 * How long each way of ending a server may take: with a checkpoint, then at once, then by force. The later ones
 * lose nothing either: the next start reads the log since the last checkpoint.
 */
const STOP_SIGNALS = [
  { signal: 'SIGINT', withinMs: 20_000 },
  { signal: 'SIGQUIT', withinMs: 10_000 },
  { signal: 'SIGKILL', withinMs: 10_000 },
] as const
/** Children of a dead server end by themselves as soon as they look; one that is busy is ended by us. */
const CHILDREN_END_WITHIN_MS = 5_000

/** What `postmaster.pid` says. */
export type Postmaster = {
  readonly pid: number
  readonly socketFolder: string
  readonly status: string
}

/** The server's own record of itself, or undefined when there is none or it is not yet complete. */
export async function readPostmasterFile(pgDir: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(pgDir, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n').map((line) => line.trim())
  const pid = Number(lines[0])
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined
  return { pid, socketFolder: lines[4] ?? '', status: lines[7] ?? 'starting' }
}

/**
 * The program that a live process runs; undefined when there is no such process or it is a zombie. Ends in
 * ` (deleted)` when the file was replaced since.
 */
export async function findProgram(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return findProgramByPs(pid)
  try {
    // A zombie has no program any more: reading the link fails, while kill(pid, 0) would still succeed.
    return await readlink(`/proc/${pid}/exe`)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EACCES')) return undefined
    // Another user's process, seen without the right to look inside. A zombie's command line is empty.
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    return commandLine.split('\0')[0] || undefined
  }
}

async function findProgramByPs(pid: number): Promise<string | undefined> {
  const { exitCode, output } = await runProgram(['ps', '-o', 'stat=,comm=', '-p', String(pid)])
  const [status = '', ...words] = output.split(/\s+/)
  return exitCode !== 0 || status.startsWith('Z') ? undefined : words.join(' ')
}

/** The server that runs on this data folder, judged by the process itself and not by its record alone. */
export async function findPostmaster(pgDir: string): Promise<Postmaster | undefined> {
  const recorded = await readPostmasterFile(pgDir)
  return recorded !== undefined && (await isServerProcess(recorded.pid, pgDir))
    ? recorded
    : undefined
}

async function isServerProcess(pid: number, pgDir: string): Promise<boolean> {
  const program = await findProgram(pid)
  if (program === undefined || !basename(program).startsWith('postgres')) return false
  // Every process of a server works in its data folder. Where that cannot be read, the name has to do.
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => pgDir)
  return folder === pgDir
}

/**
 * Returns when nothing of a dead server is left: its children hold the shared memory for a moment, and a new
 * server refuses to start meanwhile. Then removes its records of itself, which would be in the way as long as
 * another process, or its own zombie, has its number.
 */
export async function clearDeadServer(pgDir: string, socketDir: string): Promise<void> {
  const deadline = Date.now() + CHILDREN_END_WITHIN_MS
  for (;;) {
    const children = await listServerProcesses(pgDir)
    if (children.length === 0) break
    if (Date.now() > deadline) for (const pid of children) sendSignal(pid, 'SIGKILL')
    await delay(POLL_MS)
  }
  await rm(join(pgDir, 'postmaster.pid'), { force: true })
  await rm(join(socketDir, `${SOCKET_NAME}.lock`), { force: true })
}

async function listServerProcesses(pgDir: string): Promise<readonly number[]> {
  if (process.platform !== 'linux') return []
  const pids: number[] = []
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const folder = await readlink(`/proc/${entry}/cwd`).catch(() => undefined)
    if (folder === pgDir && (await isServerProcess(Number(entry), pgDir))) pids.push(Number(entry))
  }
  return pids
}

/** Ends the server: a fast shutdown with a checkpoint, and ruder ways only when that takes too long. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const { signal, withinMs } of STOP_SIGNALS) {
    sendSignal(pid, signal)
    if (await hasEnded(pid, withinMs)) return
  }
}

async function hasEnded(pid: number, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while ((await findProgram(pid)) !== undefined) {
    if (Date.now() > deadline) return false
    await delay(POLL_MS)
  }
  return true
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
