// Runs one program to its end: output into the spool as it comes, its whole tree ended when it must stop.
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, closeSync, constants, openSync, rmSync, statSync } from 'node:fs'
import { Socket } from 'node:net'
import { delimiter, isAbsolute, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { graceOf } from './limits.ts'
import type { Limits } from './limits.ts'
import { endTree, listTree, MARK_NAME } from './process-tree.ts'
import type { Spool } from './spool.ts'

/** What is run: an argument vector, never a line for a shell. */
export interface Command {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

/** How a program ended; `stopped` when we ended it before it ended by itself. */
export type CommandEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'not_started'; readonly reason: string }

export interface CommandRun {
  readonly spool: Spool
  readonly limits: Limits
  readonly mark: string
  /** File whose content is the standard input. */
  readonly stdin: string
  /** Where the pipe may lie for the time of the run. */
  readonly pipe: string
  readonly onSpawn: (pid: number) => void
}

/** What the command's children may still write after it has ended. */
const DRAIN_MS = 2_000
const LEFTOVER_GRACE_MS = 2_000
const LOOK_EVERY_MS = 20

/**
 * Runs the command and returns when it, everything that it left behind, and all output are through. What carries the
 * job's mark when the command ends is ended too; a service that is to stay drops the mark or is started by a service manager.
 */
export async function runCommand(run: CommandRun, command: Command): Promise<CommandEnd> {
  const [program = ''] = command.argv
  const refused = explainMissing(program, command)
  if (refused !== undefined) return { kind: 'not_started', reason: refused }
  const output = openPipe(run.pipe)
  const input = openSync(run.stdin, 'r')
  const child = spawn(program, command.argv.slice(1), {
    cwd: command.cwd,
    env: { ...command.env, [MARK_NAME]: run.mark },
    stdio: [input, output.writer, output.writer],
    detached: true,
  })
  closeSync(input)
  closeSync(output.writer)
  const reading = readPipe(output.reader, run.spool)
  const ended = new Promise<CommandEnd>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'not_started', reason: error.message }))
    child.once('exit', (code, signal) => {
      resolve(
        code === null
          ? { kind: 'signalled', signal: signal ?? 'unknown' }
          : { kind: 'exited', code },
      )
    })
  })
  const { pid } = child
  if (pid !== undefined) run.onSpawn(pid)
  const stopping = watchForStop(run, pid)
  const end = await ended
  const wasStopped = await stopping.settle()
  await drain(run, reading)
  rmSync(run.pipe, { force: true })
  return wasStopped ? { kind: 'stopped' } : end
}

/** Ends the tree as soon as a limit is crossed. `settle` says whether that happened before the command ended. */
function watchForStop(run: CommandRun, leader: number | undefined): { settle(): Promise<boolean> } {
  let ending: Promise<number> | undefined
  const stop = (): void => {
    const why = run.limits.stop
    if (why === undefined || ending !== undefined) return
    ending = endTree({ mark: run.mark, leader }, graceOf(why))
    ending.catch(() => undefined) // Whoever settles hears of it; it may be long before that.
  }
  if (run.limits.signal.aborted) stop()
  run.limits.signal.addEventListener('abort', stop, { once: true })
  return {
    async settle() {
      run.limits.signal.removeEventListener('abort', stop)
      await ending
      return ending !== undefined
    },
  }
}

/** Takes in the rest of the output, and ends what the command left behind. */
async function drain(run: CommandRun, reading: Reading): Promise<void> {
  await waitForEnd(run, reading, DRAIN_MS)
  const left = listTree({ mark: run.mark, leader: undefined })
  if (left.length > 0) {
    await endTree({ mark: run.mark, leader: undefined }, LEFTOVER_GRACE_MS)
    await waitForEnd(run, reading, DRAIN_MS)
  }
  // A service that dropped the mark may hold the pipe for ever; it is its own master now.
  reading.cut()
  await reading.done
  await run.spool.flush()
  if (left.length > 0) {
    await run.spool.note(`ended what the command had left running: ${left.length} process(es)`)
  }
}

async function waitForEnd(run: CommandRun, reading: Reading, withinMs: number): Promise<void> {
  let waitedMs = 0
  while (!reading.isAtEnd() && waitedMs < withinMs) {
    await Promise.race([reading.done, delay(LOOK_EVERY_MS)])
    // While the disk is full the output waits for us, not we for it.
    if (!run.spool.isStalled) waitedMs += LOOK_EVERY_MS
  }
}

interface Reading {
  readonly done: Promise<void>
  isAtEnd(): boolean
  /** Reads no more; what was read is still written. */
  cut(): void
}

function readPipe(reader: number, spool: Spool): Reading {
  const socket = new Socket({ fd: reader, readable: true, writable: false })
  let isAtEnd = false
  const done = (async () => {
    try {
      // Awaiting each write is what stops the reading while the disk is full.
      for await (const chunk of socket) {
        const bytes: Uint8Array = chunk
        await spool.write(bytes)
      }
    } catch (error) {
      if (!socket.destroyed) throw error
    } finally {
      isAtEnd = true
    }
  })()
  return {
    done,
    isAtEnd: () => isAtEnd,
    cut: () => void (isAtEnd || socket.destroy()),
  }
}

/**
 * A named pipe for standard output and standard error together: so their order is kept, and `> /dev/stderr` in a
 * script works, which it does not with the socket pairs that `spawn` would make.
 */
function openPipe(path: string): { readonly reader: number; readonly writer: number } {
  rmSync(path, { force: true })
  const made = spawnSync('mkfifo', ['-m', '600', path], { encoding: 'utf8' })
  if (made.status !== 0)
    throw new Error(`Could not make a pipe: ${made.error?.message ?? made.stderr}`)
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  return { reader, writer: openSync(path, constants.O_WRONLY) }
}

/** Says why the program cannot be started; undefined when it can. */
function explainMissing(program: string, command: Command): string | undefined {
  if (statSync(command.cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return `The folder ${command.cwd}, in which it is to run, does not exist.`
  }
  if (program.includes('/')) {
    const path = isAbsolute(program) ? program : join(command.cwd, program)
    return isExecutable(path) ? undefined : `${path} is not there or is not executable.`
  }
  const path = command.env['PATH'] ?? ''
  const isFound = path
    .split(delimiter)
    .some((folder) => folder !== '' && isExecutable(join(folder, program)))
  return isFound ? undefined : `${program} is not on the agent's PATH (${path}).`
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
