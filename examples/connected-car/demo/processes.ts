// Programs that the demo starts: the server, the agents. Each is ended by its own process id.

import { spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'

/** A running program with its output in a file. */
export interface Program extends AsyncDisposable {
  readonly name: string
  readonly pid: number
  /** Resolves with the first line of output that matches; rejects when the program ends before. */
  line(pattern: RegExp): Promise<RegExpMatchArray>
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>
  /** How it ended when nobody here asked it to; undefined while it runs, and after it was asked. */
  ownEnd(): string | undefined
}

/** What does not end on request within this time is ended. */
const END_WITHIN_MS = 20_000

/**
 * Starts a Node program with its own environment; what it prints goes to `log`. It has a process group of its own: Ctrl-C
 * reaches the demo alone, which then ends everything in order.
 */
export function startProgram(settings: {
  readonly name: string
  readonly script: string
  readonly args?: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly log: string
}): Program {
  mkdirSync(dirname(settings.log), { recursive: true })
  const child = spawn(process.execPath, [settings.script, ...(settings.args ?? [])], {
    cwd: settings.cwd,
    env: settings.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const file = createWriteStream(settings.log, { flags: 'a' })
  child.stderr.pipe(file, { end: false })
  const lines: string[] = []
  const waiting = new Set<(line: string) => void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    file.write(`${line}\n`)
    lines.push(line)
    for (const hear of waiting) hear(line)
  })
  let isAsked = false
  const ask = (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    // What has ended before it was asked keeps its own end.
    isAsked ||= child.exitCode === null && child.signalCode === null
    return end(child, signal, ended)
  }
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
  })
  return {
    name: settings.name,
    pid: child.pid ?? 0,
    line: (pattern) =>
      waitForLine({ name: settings.name, lines, waiting, ended, log: settings.log }, pattern),
    kill: () => ask('SIGKILL'),
    ownEnd() {
      if (isAsked) return undefined
      if (child.signalCode !== null) return child.signalCode
      return child.exitCode === null ? undefined : `exit code ${child.exitCode}`
    },
    [Symbol.asyncDispose]: () => ask('SIGTERM'),
  }
}

async function waitForLine(
  program: {
    readonly name: string
    readonly lines: readonly string[]
    readonly waiting: Set<(line: string) => void>
    readonly ended: Promise<void>
    readonly log: string
  },
  pattern: RegExp,
): Promise<RegExpMatchArray> {
  for (const line of program.lines) {
    const match = pattern.exec(line)
    if (match !== null) return match
  }
  return new Promise((resolve, reject) => {
    const hear = (line: string): void => {
      const match = pattern.exec(line)
      if (match === null) return
      program.waiting.delete(hear)
      resolve(match)
    }
    program.waiting.add(hear)
    void program.ended.then(() =>
      reject(
        new Error(`${program.name} ended before it was ready; its output is in ${program.log}`),
      ),
    )
  })
}

async function end(
  child: ChildProcess,
  signal: 'SIGTERM' | 'SIGKILL',
  ended: Promise<void>,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  const impatient = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS)
  await ended
  clearTimeout(impatient)
}
