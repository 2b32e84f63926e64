// A real agent as its own program, on a host that is a folder.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { endJobs } from '../packages/agent/testing/end-jobs.ts'

const AGENT = join(import.meta.dirname, '../packages/agent/src/main.ts')

export interface AgentProgram extends AsyncDisposable {
  /** A file on the host. */
  path(file: string): string
  /** The lines of a file on the host; none while there is no such file. */
  lines(file: string): readonly string[]
  /** Kills the agent without a word; what it has begun goes on under its supervisor. */
  kill(): Promise<void>
  /** Starts it again on the same host. */
  start(): void
}

/** Starts an agent that enrols with this token. When it is disposed of, what it has begun ends with it. */
export function startAgentProgram(settings: {
  readonly server: string
  readonly name: string
  readonly token: string
  readonly folder: string
  /** How often it looks whether everything is as it was placed; 60 s when it is not said. */
  readonly looksEveryS?: number
}): AgentProgram {
  const { server, name, token, folder, looksEveryS = 60 } = settings
  const root = join(folder, name, 'root')
  const state = join(folder, name, 'state')
  mkdirSync(root, { recursive: true })
  const start = (): ChildProcess =>
    spawn(process.execPath, [AGENT], {
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        LOCKSTEP_SERVER: server,
        LOCKSTEP_AGENT_NAME: name,
        LOCKSTEP_AGENT_STATE: state,
        LOCKSTEP_AGENT_ROOT: root,
        LOCKSTEP_AGENT_RETRY_MS: '50',
        LOCKSTEP_AGENT_VERIFY_S: String(looksEveryS),
        LOCKSTEP_ENROL_TOKEN: token,
      },
      stdio: 'ignore',
    })
  let child = start()
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  const path = (file: string): string => join(root, file)
  return {
    path,
    lines(file) {
      if (!existsSync(path(file))) return []
      return readFileSync(path(file), 'utf8').trim().split('\n')
    },
    kill: () => end('SIGKILL'),
    start() {
      child = start()
    },
    async [Symbol.asyncDispose]() {
      await end('SIGTERM')
      endJobs(state)
    },
  }
}
