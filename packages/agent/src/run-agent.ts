// From configuration to a running session, and the exit code when it is over.
import { arch, platform } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { KeyObject } from 'node:crypto'
import { AGENT_PROTOCOL } from '@lockstep/contract/agent'
import { ConfigFault, parseConfig } from './config.ts'
import type { AgentConfig } from './config.ts'
import { BackOff } from './connection/back-off.ts'
import { ConnectionFault, createHttpClient } from './connection/http-exchange.ts'
import type { HttpClient } from './connection/http-exchange.ts'
import { ensureKey, publicPartOf, readIdentity, saveIdentity } from './connection/identity.ts'
import { enrol, ServerCalls } from './connection/server-calls.ts'
import type { Program } from './job/supervisor.ts'
import { AgentSession } from './session.ts'
import { lockState } from './state-lock.ts'
import { AGENT_VERSION } from './version.ts'

const EXIT = { ok: 0, refused: 1, misconfigured: 2, silent: 3 } as const

export interface RunOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly args: readonly string[]
  /** How to start this program again, for supervisors. */
  readonly program: Program
}

/** Runs an agent until it is told to stop (SIGTERM, SIGINT). Jobs that run then are left running. */
export async function runAgent(options: RunOptions): Promise<number> {
  try {
    const config = parseConfig(options.env, options.args)
    using lock = lockState(config.stateDir)
    void lock
    return await runConfigured(config, options.program)
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error
    say(error.message)
    return EXIT.misconfigured
  }
}

async function runConfigured(config: AgentConfig, program: Program): Promise<number> {
  const stopping = new AbortController()
  const stop = (): void => stopping.abort()
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  const http = createHttpClient(config.server, config.proxyEnv)
  try {
    const key = ensureKey(config.stateDir)
    const agent = await ensureEnrolled(config, http, key, stopping.signal)
    if (agent === undefined) return stopping.signal.aborted ? EXIT.ok : EXIT.refused
    const calls = new ServerCalls(http, key, agent)
    say(`${config.name} (${agent}) works for ${config.server}`)
    const end = await new AgentSession({ config, calls, program, say }, stopping.signal).run()
    if (end === 'silent')
      say('No contact for too long; ending, so that the service manager begins afresh.')
    return end === 'silent' ? EXIT.silent : EXIT.ok
  } finally {
    http.close()
    process.off('SIGTERM', stop)
    process.off('SIGINT', stop)
  }
}

/** The id of this agent; enrols it first when it has none. Undefined when the server refuses, which was said. */
async function ensureEnrolled(
  config: AgentConfig,
  http: HttpClient,
  key: KeyObject,
  signal: AbortSignal,
): Promise<string | undefined> {
  const identity = readIdentity(config.stateDir)
  if (identity !== undefined && identity.server === config.server) return identity.agent
  if (config.enrolToken === undefined) {
    throw new ConfigFault(
      `This agent is not known to ${config.server} yet. Make a token there (Agents, Add) and set LOCKSTEP_ENROL_TOKEN.`,
    )
  }
  const request = {
    token: config.enrolToken,
    name: config.name,
    labels: [...config.labels],
    publicKey: publicPartOf(key),
    protocol: AGENT_PROTOCOL,
    version: AGENT_VERSION,
    platform: `${platform()} ${arch()}`,
  }
  const backOff = new BackOff(config.retryMs)
  while (!signal.aborted) {
    let retryAfterMs = 0
    try {
      const answer = await enrol(http, request)
      if (answer.ok) {
        saveIdentity(config.stateDir, { agent: answer.value.agent, server: config.server })
        return answer.value.agent
      }
      say(`Enrolment was refused: ${answer.detail}`)
      if (answer.status < 500 && answer.status !== 429) return undefined
      retryAfterMs = answer.retryAfterMs
    } catch (error) {
      if (!(error instanceof ConnectionFault)) throw error
      say(`The server does not answer: ${error.message}`)
    }
    await delay(backOff.nextMs(retryAfterMs), undefined, { signal }).catch(() => undefined)
  }
  return undefined
}

function say(sentence: string): void {
  process.stderr.write(`${new Date().toISOString()} ${sentence}\n`)
}
